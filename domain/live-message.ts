import * as z from "zod/mini";

/** Who listens to a creator's LIVE room: this server, or a reader of the agency's own that connects in. */
export const LIVE_SOURCES = ["direct", "relay"] as const;
export type LiveSourceKind = (typeof LIVE_SOURCES)[number];

/** What the tracking of one creator is doing (`http.md`, "Tracking state"). */
export const TRACKING_STATES = [
  "off",
  "awaiting_consent",
  "waiting",
  "dialing",
  "live",
  "paused",
  "blocked",
  "limited",
  "lost",
] as const;
export type TrackingState = (typeof TRACKING_STATES)[number];

/** What a LIVE session is doing. */
export const SESSION_STATES = ["live", "paused", "ended", "lost"] as const;
export type SessionState = (typeof SESSION_STATES)[number];

export const CONFIDENCES = ["exact", "reconciled", "partial"] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/**
 * One running LIVE as `GET /live` and the socket show it. Times are RFC 3339 UTC,
 * viewers and diamonds are whole numbers; `null` is "not known yet", never 0.
 */
export const liveItemSchema = z.object({
  creatorId: z.string(),
  sessionId: z.string(),
  displayName: z.string(),
  handle: z.nullable(z.string()),
  avatarUrl: z.nullable(z.string()),
  state: z.enum(["live", "paused", "lost"]),
  startedAt: z.string(),
  /** The session's one number: before + counted + recovered. */
  diamonds: z.number(),
  diamondsBefore: z.number(),
  diamondsTracked: z.number(),
  confidence: z.enum(CONFIDENCES),
  viewers: z.nullable(z.number()),
  averageViewers: z.nullable(z.number()),
  peakViewers: z.nullable(z.number()),
  /** Diamonds of each of the last 30 minutes, oldest first. */
  recent: z.array(z.number()),
  at: z.string(),
});
export type LiveItem = z.infer<typeof liveItemSchema>;

/** A creator whose LIVE is tracked but who is not in `items`: what the wall's footer counts. */
export const trackingSchema = z.object({
  creatorId: z.string(),
  state: z.enum(TRACKING_STATES),
  /** Why, in plain words, when the state is not a happy one. */
  reason: z.nullable(z.string()),
  /** `limited`: until when. */
  until: z.nullable(z.string()),
  /** Since when it is in this state; null where an older server did not say. */
  since: z.nullable(z.string()),
});
export type Tracking = z.infer<typeof trackingSchema>;

/** Diamonds that minutes, hours and the day of the whole tenant add up to. */
export const liveTotalsSchema = z.object({
  /** Diamonds of today's sessions in the tenant's metrics time zone. */
  diamondsToday: z.number(),
  /** LIVE seconds of today. */
  secondsToday: z.number(),
  /** Tracked diamonds of each of the last 60 minutes, oldest first. */
  perMinute: z.array(z.number()),
});
export type LiveTotals = z.infer<typeof liveTotalsSchema>;

/** What the dashboard's WebSocket says. First a `snapshot`, then changes. */
export const liveMessageSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("snapshot"),
    at: z.string(),
    items: z.array(liveItemSchema),
    tracking: z.array(trackingSchema),
    totals: liveTotalsSchema,
  }),
  z.extend(liveItemSchema, { type: z.literal("live") }),
  z.object({
    type: z.literal("ended"),
    creatorId: z.string(),
    sessionId: z.string(),
    diamonds: z.number(),
    at: z.string(),
  }),
  z.extend(trackingSchema, { type: z.literal("tracking") }),
  z.extend(liveTotalsSchema, { type: z.literal("totals"), at: z.string() }),
  /** A creator's TikTok data is gone: whoever shows it must stop. */
  z.object({ type: z.literal("removed"), creatorId: z.string() }),
  /** A sync ended: the record page reads again. */
  z.object({ type: z.literal("synced"), creatorId: z.string(), at: z.string() }),
]);
export type LiveMessage = z.infer<typeof liveMessageSchema>;

/** What moved in a LIVE since the frame before: its creator, and the fields that are other ones now. */
export const liveMoveSchema = z.extend(z.partial(liveItemSchema), { type: z.literal("moved"), creatorId: z.string() });
export type LiveMove = z.infer<typeof liveMoveSchema>;

/**
 * `GET /live/socket?frames=ticks`: everything that one tick of the switchboard has to say, in
 * one frame. The viewer answers each with `heard <tick>`; one that falls behind is sent nothing
 * more until it has caught up, and then a tick that begins with the newest snapshot.
 */
export const liveTickSchema = z.object({
  type: z.literal("tick"),
  tick: z.number(),
  at: z.string(),
  messages: z.array(z.union([liveMessageSchema, liveMoveSchema])),
});
export type LiveTick = z.infer<typeof liveTickSchema>;
