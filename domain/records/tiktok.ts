import * as z from "zod/mini";
import { CONFIDENCES, LIVE_SOURCES, SESSION_STATES, TRACKING_STATES } from "../live-message.ts";
import { CONNECTION_STATUSES } from "./creator.ts";

/** `GET /creators/:id/tiktok`. A part is null when there is nothing to show. No token, ever. */
export const tiktokSchema = z.object({
  status: z.enum(CONNECTION_STATUSES),
  profile: z.nullable(
    z.object({
      openId: z.nullable(z.string()),
      username: z.nullable(z.string()),
      displayName: z.nullable(z.string()),
      avatarUrl: z.nullable(z.string()),
      bio: z.nullable(z.string()),
    }),
  ),
  metrics: z.nullable(
    z.object({
      followers: z.nullable(z.number()),
      following: z.nullable(z.number()),
      likes: z.nullable(z.number()),
      videos: z.nullable(z.number()),
      /** A fraction: 0.06409 is 6.409 %. */
      engagementRate: z.nullable(z.number()),
      /** How many videos the rate was taken over, at most 20. */
      engagementVideos: z.number(),
      /** RFC 3339. */
      asOf: z.nullable(z.string()),
    }),
  ),
  sync: z.nullable(
    z.object({
      lastAt: z.nullable(z.string()),
      nextAt: z.nullable(z.string()),
      /** In plain words, null when the last sync worked. */
      error: z.nullable(z.string()),
    }),
  ),
  scopes: z.array(z.string()),
  connectedAt: z.nullable(z.string()),
  /** When the refresh token ends unless it is used before: the creator would have to connect again. */
  renewBy: z.nullable(z.string()),
  live: z.object({
    enabled: z.boolean(),
    /** Who listens: this server, or a reader of the agency's own. */
    source: z.enum(LIVE_SOURCES),
    state: z.enum(TRACKING_STATES),
    reason: z.nullable(z.string()),
    until: z.nullable(z.string()),
    consent: z.nullable(z.object({ grantedAt: z.string(), wording: z.string() })),
  }),
  invite: z.nullable(z.object({ createdAt: z.string(), expiresAt: z.string() })),
  disconnectedAt: z.nullable(z.string()),
});
export type Tiktok = z.infer<typeof tiktokSchema>;

export const videoSchema = z.object({
  id: z.string(),
  title: z.nullable(z.string()),
  coverUrl: z.nullable(z.string()),
  embedUrl: z.nullable(z.string()),
  durationSeconds: z.nullable(z.number()),
  createdAt: z.string(),
  views: z.nullable(z.number()),
  likes: z.nullable(z.number()),
  comments: z.nullable(z.number()),
  shares: z.nullable(z.number()),
});
export type Video = z.infer<typeof videoSchema>;

export const followersOfDaySchema = z.object({ date: z.string(), followers: z.nullable(z.number()) });
export type FollowersOfDay = z.infer<typeof followersOfDaySchema>;

/** Seconds that one entry of a LIVE's curve lasts: a minute, and after 30 days an hour. */
export const CURVE_STEPS = [60, 3600] as const;
export type CurveStep = (typeof CURVE_STEPS)[number];

/** One minute of a LIVE, or one hour. `viewers` is the time-weighted average, null where nothing was seen. */
export const liveMinuteSchema = z.object({
  /** Its start, by the clock: an hour that the LIVE began or ended in is a whole one. */
  at: z.string(),
  viewers: z.nullable(z.number()),
  diamonds: z.number(),
  /** covered: seen; paused: the creator paused; gap: we were not connected or heard nothing. Of an hour: most of it. */
  state: z.enum(["covered", "paused", "gap"]),
});
export type LiveMinute = z.infer<typeof liveMinuteSchema>;

/** A LIVE as the list shows it: without `minutes`. */
export const liveSessionSummarySchema = z.object({
  id: z.string(),
  creatorId: z.string(),
  roomId: z.string(),
  state: z.enum(SESSION_STATES),
  startedAt: z.string(),
  endedAt: z.nullable(z.string()),
  /** Without pauses. */
  durationSeconds: z.number(),
  pausedSeconds: z.number(),
  diamonds: z.number(),
  diamondsBefore: z.number(),
  diamondsTracked: z.number(),
  diamondsRecovered: z.number(),
  diamondsByWitness: z.object({
    streak: z.number(),
    delta: z.number(),
    counter: z.nullable(z.number()),
  }),
  confidence: z.enum(CONFIDENCES),
  /** Why, in one plain sentence. */
  confidenceReason: z.string(),
  averageViewers: z.nullable(z.number()),
  peakViewers: z.nullable(z.number()),
  peakAt: z.nullable(z.string()),
  /** 0–1. */
  coverage: z.number(),
  updatedAt: z.string(),
});
export type LiveSessionSummary = z.infer<typeof liveSessionSummarySchema>;

export const liveSessionSchema = z.extend(liveSessionSummarySchema, {
  minutes: z.array(liveMinuteSchema),
  /** Seconds that each of `minutes` lasts. */
  step: z.literal(CURVE_STEPS),
});
export type LiveSession = z.infer<typeof liveSessionSchema>;

/** `DELETE /creators/:id/tiktok`. */
export const disconnectedSchema = z.object({
  status: z.literal("disconnected"),
  /** Whether TikTok confirmed that the tokens are dead; `pending` is being retried. */
  revoked: z.union([z.boolean(), z.literal("pending")]),
  deleted: z.object({
    videos: z.number(),
    snapshots: z.number(),
    sessions: z.number(),
    minutes: z.number(),
  }),
});
export type Disconnected = z.infer<typeof disconnectedSchema>;
