import * as z from "zod/mini";

/** The roster's pipeline, in its order. */
export const CREATOR_STAGES = [
  "lead",
  "contacted",
  "interview",
  "invited",
  "joined",
  "onboarding",
  "active",
  "at_risk",
  "left",
] as const;
export type CreatorStage = (typeof CREATOR_STAGES)[number];

const text = (label: string, max: number) =>
  z.string(`${label} must be text`).check(z.trim(), z.maxLength(max, `${label} has at most ${max} characters`));

const optionalText = (label: string, max: number) =>
  z.nullable(
    z.pipe(
      text(label, max),
      z.transform((value) => (value === "" ? null : value)),
    ),
  );

/** TikTok's rule for usernames: 2–24 letters, digits, `_` and `.`; stored lower-case without `@`. */
export const handleSchema = z.pipe(
  z.string("A handle must be text").check(
    z.trim(),
    z.toLowerCase(),
    z.overwrite((value) => value.replace(/^@/, "")),
    z.regex(/^([a-z0-9_.]{2,24})?$/, "A handle has 2 to 24 letters, digits, _ or . and no spaces"),
  ),
  z.transform((value) => (value === "" ? null : value)),
);

/** A cleared field of a form: an empty text is null. */
const cleared = z.pipe(
  z.literal(""),
  z.transform(() => null),
);

const day = (label: string) =>
  z.nullable(
    z.union([cleared, z.iso.date(`${label} must be a day like 2026-11-30`)], `${label} must be a day like 2026-11-30`),
  );

const fields = {
  displayName: text("The name", 120).check(z.minLength(1, "A creator needs a name")),
  handle: z.nullable(handleSchema),
  legalName: optionalText("The legal name", 160),
  email: z.nullable(
    z.union(
      [cleared, z.string().check(z.trim(), z.maxLength(254), z.email())],
      "That is not an e-mail address of at most 254 characters",
    ),
  ),
  phone: optionalText("The phone number", 40),
  /** ISO 3166-1 alpha-2. */
  country: z.nullable(
    z.pipe(
      z.string().check(z.trim(), z.toUpperCase(), z.regex(/^([A-Z]{2})?$/, "A country is two letters, like AE")),
      z.transform((value) => (value === "" ? null : value)),
    ),
  ),
  language: optionalText("The language", 60),
  niche: optionalText("The niche", 80),
  stage: z.enum(CREATOR_STAGES, "That is not a stage of the pipeline"),
  /** Why a creator left; asked for by the stage `left`. */
  stageReason: optionalText("The reason", 240),
  tier: optionalText("The tier", 12),
  ownerId: optionalText("The owner", 40),
  team: optionalText("The team", 60),
  joinedOn: day("The joining day"),
  contractFrom: day("The contract's start"),
  contractTo: day("The contract's end"),
  /** The agency's share, in percent with up to two decimals. */
  sharePercent: z.nullable(
    z.number("The share must be a number").check(z.minimum(0), z.maximum(100, "A share is at most 100 %")),
  ),
  doNotPitch: optionalText("Do not pitch", 240),
  tags: z.array(text("A tag", 40).check(z.minLength(1))).check(z.maxLength(50, "At most 50 tags")),
  custom: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
};

/** What a person may write of a creator. Unknown fields are refused, not ignored. */
export const creatorPatchSchema = z.partial(z.strictObject(fields));
export type CreatorPatch = z.infer<typeof creatorPatchSchema>;

/** Their names. */
export const CREATOR_FIELDS = z.keyof(creatorPatchSchema).options;

export const creatorCreateSchema = z.extend(creatorPatchSchema, { displayName: fields.displayName });
export type CreatorCreate = z.infer<typeof creatorCreateSchema>;

/** State of a creator's TikTok connection; `none` was never invited. */
export const CONNECTION_STATUSES = ["none", "invited", "active", "expired", "revoked", "disconnected"] as const;
export type ConnectionStatus = (typeof CONNECTION_STATUSES)[number];

/** A creator as the API answers it. Times are RFC 3339 UTC, days `YYYY-MM-DD`. */
export const creatorSchema = z.object({
  id: z.string(),
  displayName: z.string(),
  handle: z.nullable(z.string()),
  legalName: z.nullable(z.string()),
  email: z.nullable(z.string()),
  phone: z.nullable(z.string()),
  country: z.nullable(z.string()),
  language: z.nullable(z.string()),
  niche: z.nullable(z.string()),
  stage: z.enum(CREATOR_STAGES),
  stageReason: z.nullable(z.string()),
  tier: z.nullable(z.string()),
  ownerId: z.nullable(z.string()),
  team: z.nullable(z.string()),
  joinedOn: z.nullable(z.string()),
  contractFrom: z.nullable(z.string()),
  contractTo: z.nullable(z.string()),
  sharePercent: z.nullable(z.number()),
  doNotPitch: z.nullable(z.string()),
  tags: z.array(z.string()),
  custom: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** Figures that came from TikTok; null where nothing is known or no connection stands. */
  figures: z.object({
    connection: z.enum(CONNECTION_STATUSES),
    avatarUrl: z.nullable(z.string()),
    followers: z.nullable(z.number()),
    /** Diamonds and LIVE seconds of the last 28 days, from the LIVE listener. */
    diamonds28d: z.nullable(z.number()),
    liveSeconds28d: z.nullable(z.number()),
    lastLiveAt: z.nullable(z.string()),
    liveTracking: z.boolean(),
    syncError: z.nullable(z.string()),
    asOf: z.nullable(z.string()),
  }),
  version: z.number(),
  createdAt: z.string(),
  updatedAt: z.string(),
  deletedAt: z.nullable(z.string()),
});
export type Creator = z.infer<typeof creatorSchema>;

/** Fields that a list may be sorted by; `-` before one turns it round. */
export const CREATOR_SORTS = ["displayName", "handle", "createdAt", "updatedAt", "followers"] as const;
export type CreatorSort = (typeof CREATOR_SORTS)[number];
