/**
 * The people of the simulated TikTok. All of them are invented; what they count is worked out
 * from these rows and the clock (display/counts.ts), so that a restart changes nothing.
 */
import { fraction } from "./random.ts";

export type Niche =
  | "craft"
  | "food"
  | "music"
  | "fitness"
  | "tech"
  | "travel"
  | "beauty"
  | "games"
  | "books"
  | "garden";

export interface Account {
  handle: string;
  /** Null is a real answer of TikTok's: an account whose name is under review. */
  displayName: string | null;
  bio: string;
  niche: Niche;
  verified: boolean;
  /** On 1 January 2026. */
  followers: number;
  following: number;
  /** Average change of followers a day; negative for those on their way down. */
  growth: number;
  likesPerFollower: number;
  /** How many public videos are kept: one leaves when a newer one comes. */
  videos: number;
  hoursBetweenVideos: number;
  /** Some accounts come without a union_id. */
  hasUnionId: boolean;
}

type Row = readonly [
  handle: string,
  displayName: string | null,
  niche: Niche,
  followers: number,
  growth: number,
  videos: number,
  bio: string,
];

const CREATORS: readonly Row[] = [
  ["mira.folds", "Mira Foldstrøm", "craft", 388_000, 96, 48, "Paper, patience, a little glue. New fold every evening."],
  [
    "noor.kitchenlab",
    "نور المطبخية",
    "food",
    1_240_000,
    710,
    60,
    "وصفات على الرف السفلي · Recipes from the bottom shelf",
  ],
  ["juno.loops", "Juno Loopwell", "music", 92_400, 58, 34, "One synth, one cat, no plan."],
  ["otto.kettlebell", "Ötto Kettlebell", "fitness", 214_000, -35, 41, "Twelve minutes. That is the whole secret."],
  ["zeynep.solders", "Zeynep Lehimcioğlu", "tech", 67_800, 142, 29, "Fixing what says it cannot be opened."],
  ["wanderpiet", "Piet van der Zwerf", "travel", 455_000, 120, 52, "Slow trains only."],
  ["glowbyamara", "Amara Glówka", "beauty", 803_000, 333, 57, "Skin is weather. LIVE Tue, Thu, Sun 20:00"],
  ["pixel.bastian", "Bastián Pixelado", "games", 156_000, 84, 38, "Speedruns, slowly explained."],
  ["margin.notes", "Élodie Marginale", "books", 48_900, 27, 31, "I write in them. Yes, in pen."],
  ["rooftop.reem", "ريم السطوح", "garden", 129_500, 66, 36, "حديقة على السطح، ٤٢ أصيصًا · 42 pots, one roof"],
  ["clay.tomoko", "Tomoko Dorobō", "craft", 271_000, 75, 44, "Bowls with a wobble."],
  ["sunday.paella", "Vicenç Arrossaire", "food", 318_000, 51, 46, "Never stir it."],
  ["brassneck.bea", "Bea Brassneck", "music", 35_200, 41, 24, "Trombone in places it should not be."],
  ["stairs.only", "Łukasz Schodowy", "fitness", 88_100, 19, 27, "No lift since 2019."],
  ["debug.dalia", "داليا المصحّحة", "tech", 176_000, 205, 40, "أشرح الخطأ قبل الحل · The bug first, the fix after"],
  ["ferry.hours", "Ásta Ferjudóttir", "travel", 61_300, 33, 22, "Timetables are poems."],
  ["lipstick.ledger", "Ngọc Sonmôi", "beauty", 540_000, 260, 50, "Price per wear, always."],
  ["couch.coop", "Tariq & Tove Soffspel", "games", 97_700, 62, 33, "Two pads, one marriage."],
  ["page.ninety", "Iñaki Noventa", "books", 22_600, 15, 18, "If page 90 is good, I read the rest."],
  ["moss.and.moor", "Catrìona Mossgill", "garden", 143_000, 48, 35, "Mostly moss. Some moor."],
  ["thread.count", "Fatoumata Filature", "craft", 412_000, 188, 49, "Indigo hands, LIVE most nights."],
  ["dumpling.dispatch", "Wěi Jiǎozi", "food", 690_000, 402, 55, "Reporting from the steamer."],
  ["quiet.drums", "Søren Stillslag", "music", 18_400, 9, 12, "Neighbours included."],
  ["tiny.gym.tala", "تالا جيم صغير", "fitness", 233_000, 97, 39, "متران مربّعان تكفي · Two square metres will do"],
];

/** The hosts of the recorded LIVEs (tests/fixtures/live). */
const HOSTS: readonly Row[] = ["a", "b", "c", "d", "e", "f"].map((letter, index) => [
  `host_${letter}`,
  `Host ${letter.toUpperCase()}`,
  "music",
  40_000 + index * 17_500,
  30 + index * 4,
  16 + index,
  "Host of a recorded LIVE.",
]);

/** Accounts at the edges of what an answer can hold. */
const EDGES: readonly Row[] = [
  ["blank.slate", "Nix Nullstad", "books", 340, 1, 0, "Nothing posted yet."],
  ["colossal.cooper", "Colossal Coöper", "games", 162_000_000, 41_000, 60, "Rather many of you."],
  ["nameless.wren", null, "garden", 5_200, 3, 14, ""],
];

const accountOf = (row: Row): Account => {
  const [handle, displayName, niche, followers, growth, videos, bio] = row;
  const colossal = handle === "colossal.cooper";
  return {
    handle,
    displayName,
    bio,
    niche,
    verified: followers > 500_000,
    followers,
    following: colossal ? 80 : 40 + Math.floor(fraction(`following:${handle}`) * 900),
    growth,
    // 12.9 thousand million likes: more than 2³¹, as the biggest accounts have.
    likesPerFollower: colossal ? 75 : 6 + fraction(`likes:${handle}`) * 22,
    videos,
    hoursBetweenVideos: 20 + Math.floor(fraction(`pace:${handle}`) * 60),
    hasUnionId: handle !== "nameless.wren",
  };
};

export const ACCOUNTS: readonly Account[] = [...CREATORS, ...HOSTS, ...EDGES].map(accountOf);

const byHandle = new Map(ACCOUNTS.map((account) => [account.handle, account]));

/** With demo data these are always LIVE; the second one pauses now and then. */
export const ALWAYS_LIVE: readonly string[] = ["mira.folds", "noor.kitchenlab", "thread.count", "juno.loops"];

/** `crowd.0` to `crowd.9999`: as many hosts as somebody needs who wants many LIVEs at once. In no list, and alike. */
const inCrowd = (handle: string): Account | undefined => {
  const number = /^crowd\.(\d{1,4})$/.exec(handle)?.[1];
  if (number === undefined) return undefined;
  return accountOf([handle, `Crowd ${number}`, "music", 20_000 + Number(number), 12, 20, "One of many."]);
};

/** Handles are case-insensitive and may carry an @. */
export const accountByHandle = (handle: string): Account | undefined => {
  const known = handle.replace(/^@/, "").toLowerCase();
  return byHandle.get(known) ?? inCrowd(known);
};

/** The account's own number at TikTok, 19 digits: what LIVE messages call the host. */
export const userIdOf = (handle: string): string =>
  (6_800_000_000_000_000_000n + BigInt(Math.floor(fraction(`user:${handle}`) * 4e8)) * 1_000_000_007n).toString();
