import type { ConnectPageProps } from "../../../worker/pages/connect.tsx";
import { LIVE_WORDING } from "../../../worker/pages/consent-wording.ts";
import type { CreatorPageProps } from "../../../worker/pages/creator.tsx";
import type { Lang } from "../../../worker/pages/lang.ts";

export const NOW = Date.UTC(2026, 10, 26, 10, 4);
const DAY = 86_400_000;

/** What a hostile creator or agency would like to be called. */
export const HOSTILE = `<script>alert("x")</script>`;

export const connectProps = (lang: Lang, name = "Marsa Nine Talent"): ConnectPageProps => ({
  lang,
  agency: { name },
  invitedBy: name === HOSTILE ? HOSTILE : "Idris",
  handle: name === HOSTILE ? HOSTILE : "mirafolds",
  expiresAt: NOW + 7 * DAY,
  token: name === HOSTILE ? HOSTILE : "eu_abc",
  liveWording: LIVE_WORDING,
});

export const creatorProps = (lang: Lang, change: Partial<CreatorPageProps> = {}): CreatorPageProps => ({
  lang,
  token: "eu_own",
  now: NOW,
  agency: { name: "Marsa Nine Talent" },
  displayName: "Mira",
  handle: "mirafolds",
  avatarUrl: null,
  status: "active",
  connectedAt: NOW - 40 * DAY,
  lastSyncAt: NOW - 240_000,
  syncError: null,
  purgeDueAt: null,
  scopes: ["user.info.basic", "video.list"],
  profile: {
    open_id: "open-id-of-mira",
    union_id: null,
    display_name: "Mira on TikTok",
    avatar_url_100: "https://cdn.example/secret-signature",
    username: "mirafolds",
    bio_description: "Paper, folded",
    follower_count: 417_912,
    following_count: 211,
    likes_count: 8_120_044,
    video_count: 342,
  },
  stored: { videos: 342, snapshots: 41, sessions: 18, minutes: 2_840, firstSnapshotAt: NOW - 40 * DAY },
  liveConsent: { granted: true, grantedAt: NOW - 40 * DAY, wording: "live-2026-11" },
  liveEnabledByAgency: true,
  lastLive: null,
  deletion: null,
  ...change,
});

/** Text a reader sees: tags, entities and the invisible bidi marks taken away. */
export const textOf = (page: unknown): string =>
  String(page)
    .replace(/<[^>]*>/g, " ")
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, "&")
    .replace(/&quot;/g, '"')
    .replace(/[\u2066-\u2069]/g, "")
    .replace(/\s+/g, " ");
