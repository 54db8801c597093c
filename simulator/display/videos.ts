/**
 * An account's public videos. It posts at its own pace for ever and keeps the latest few public,
 * so a list read a week later has new ones on top and has lost as many at its end.
 */
import type { Account, Niche } from "../accounts.ts";
import { fraction, pick } from "../random.ts";

export interface Video {
  /** 19 digits: the upper 32 bits are the second of posting, as in TikTok's own ids. */
  id: string;
  /** seconds since epoch */
  createTime: number;
  title: string;
  /** seconds */
  duration: number;
  views: number;
  likes: number;
  comments: number;
  shares: number;
}

const HOUR_S = 3_600;
const DAY_S = 86_400;

const TITLES: Record<Niche, readonly [string, ...string[]]> = {
  craft: [
    "Forty folds, one heron",
    "The glue question, answered",
    "A box that shuts itself",
    "Fixing last week's tear",
  ],
  food: ["Lentils, but loud", "خبز في عشر دقائق", "What the bottom shelf hides", "Broth for a bad Monday"],
  music: ["Four bars before breakfast", "The cat walked on it, I kept it", "Same chord, six moods", "Rain take, uncut"],
  fitness: ["Twelve minutes, no floor space", "Stairs again", "Why your wrists complain", "Rest day, filmed anyway"],
  tech: ["It said do not open", "One capacitor, whole evening", "لماذا يسخن الشاحن؟", "Reading the board like a map"],
  travel: [
    "The 06:12 and its regulars",
    "A platform with a view",
    "Seven changes to the sea",
    "Ticket inspector stories",
  ],
  beauty: [
    "Price per wear: the red one",
    "Skin in a dry week",
    "Three minutes, one mirror",
    "I was wrong about primer",
  ],
  games: ["Frame 214 explained", "Losing on purpose", "Two pads, one boss", "The skip nobody uses"],
  books: ["Page 90 verdicts", "Margins I regret", "Short ones for long trains", "Why I stopped at chapter three"],
  garden: ["Moss after rain", "٤٢ أصيصًا قبل الشتاء", "A lemon on the fourth floor", "Slugs: a peace treaty"],
};

const TAGS = ["#slowday", "#howto", "#behindthescenes", "#tryit", "#weeknotes", ""] as const;

const videoAt = (account: Account, slot: number, now: number): Video => {
  const seed = `${account.handle}#${slot}`;
  const pace = account.hoursBetweenVideos * HOUR_S;
  const createTime = Math.floor((slot + fraction(`when:${seed}`) * 0.8) * pace);
  const age = Math.max(0, now / 1000 - createTime);
  // Most of a video's views come in its first days; a few run for weeks, a few never start.
  const luck = 0.05 + 4 * fraction(`luck:${seed}`) ** 3;
  const reach = (account.followers * 0.35 + 900) * luck;
  const settled = 1 - Math.exp(-age / (2.5 * DAY_S));
  const views = Math.floor(reach * settled + (reach * age) / (900 * DAY_S));
  const share = (name: string, low: number, high: number): number =>
    Math.floor(views * (low + fraction(`${name}:${seed}`) * (high - low)));
  const tag = pick(TAGS, fraction(`tag:${seed}`));
  return {
    id: ((BigInt(createTime) << 32n) | BigInt(Math.floor(fraction(`id:${seed}`) * 2 ** 32))).toString(),
    createTime,
    title: `${pick(TITLES[account.niche], fraction(`title:${seed}`))} ${tag}`.trim(),
    duration: 9 + Math.floor(fraction(`length:${seed}`) ** 2 * 170),
    views,
    likes: share("likes", 0.02, 0.13),
    comments: share("comments", 0.0008, 0.012),
    shares: share("shares", 0.0004, 0.009),
  };
};

/** Newest first. */
export const videosAt = (account: Account, now: number): Video[] => {
  const latest = Math.floor(now / 1000 / (account.hoursBetweenVideos * HOUR_S));
  const videos: Video[] = [];
  for (let slot = latest; videos.length < account.videos; slot--) {
    const video = videoAt(account, slot, now);
    if (video.createTime <= now / 1000) videos.push(video);
  }
  return videos;
};
