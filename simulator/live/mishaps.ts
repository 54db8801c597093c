/** What befalls a LIVE's messages before anybody can read them: options of POST /_control/rooms, for every kind of room. */
import { z } from "zod";
import { fraction } from "../random.ts";
import { readVarints, type WireMessage } from "./wire.ts";

const share = z.coerce.number().min(0).max(1).default(0);

export const mishapSchema = z.object({
  /** Messages change places within a window so wide, ms of the LIVE's own time. */
  shuffleMs: z.coerce.number().nonnegative().default(0),
  /** Each message is lost for good with this probability. */
  dropProbability: share,
  dropOnly: z.enum(["all", "gifts"]).default("all"),
  /** The last message of every streak is lost. */
  dropFinals: z.boolean().default(false),
  /** The same seed shuffles and loses the same. */
  seed: z.string().default("1"),
});

/** A generated room can also say things twice. */
export const generatedMishapSchema = z.object({
  ...mishapSchema.shape,
  /** This share of the messages comes once more, up to 2 s later. */
  duplicateShare: share,
});

export type GeneratedMishaps = z.infer<typeof generatedMishapSchema>;

const AGAIN_WITHIN_MS = 2_000;

/** The message that ends a streak. */
export const isFinal = ({ method, payload }: WireMessage): boolean =>
  method === "WebcastGiftMessage" && readVarints(payload).get(9) === "1";

/** How late a message comes, ms: once for each time that it comes, so never for one that is lost. */
export const fateOf = (mishaps: GeneratedMishaps, message: WireMessage): readonly number[] => {
  const { shuffleMs, dropProbability, dropOnly, dropFinals, duplicateShare, seed } = mishaps;
  const dice = (what: string): number => fraction(`${seed}:${what}:${message.msgId}`);
  if (dropFinals && isFinal(message)) return [];
  const mayDrop = dropOnly === "all" || message.method === "WebcastGiftMessage";
  if (mayDrop && dice("drop") < dropProbability) return [];
  const late = shuffleMs === 0 ? 0 : shuffleMs * dice("late");
  if (duplicateShare === 0 || dice("again") >= duplicateShare) return [late];
  return [late, late + AGAIN_WITHIN_MS * dice("after")];
};
