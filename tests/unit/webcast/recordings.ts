import { readFileSync } from "node:fs";
import { join } from "node:path";
import { vi } from "vitest";
import * as z from "zod/mini";
import type { RoomEvent } from "../../../durable/webcast/events.ts";
import type { RawMessage } from "../../../durable/webcast/frames.ts";
import type { SessionInput } from "../../../durable/webcast/inputs.ts";
import { KeyedHash } from "../../../durable/webcast/keyed-hash.ts";
import { decodeMessage } from "../../../durable/webcast/messages.ts";
import { LiveSession } from "../../../durable/webcast/session.ts";

export const RECORDINGS = ["room-complete", "room-streaks", "room-pause", "room-end", "room-gap"] as const;
export type Recording = (typeof RECORDINGS)[number];

const rowSchema = z.object({
  method: z.string(),
  msgId: z.string(),
  roomId: z.string(),
  createTime: z.string(),
  payload: z.string(),
});

const fixture = (name: string): string => readFileSync(join(import.meta.dirname, "../../fixtures/live", name), "utf8");

/** A recording's messages in the order of their arrival. */
export const recording = (name: Recording): RawMessage[] =>
  fixture(`${name}.jsonl`)
    .trimEnd()
    .split("\n")
    .map((line) => rawMessage(rowSchema.parse(JSON.parse(line))));

/** One row of a recording as the message that the socket would have brought. */
export const rawMessage = ({
  method,
  msgId,
  payload,
}: {
  method: string;
  msgId: string;
  payload: string;
}): RawMessage => ({
  method,
  msgId: BigInt(msgId),
  payload: Buffer.from(payload, "base64"),
  isHistory: false,
});

const oracleSchema = z.record(
  z.string(),
  z.object({
    rooms: z.record(
      z.string(),
      z.object({
        diamonds: z.object({
          maxPerStreak: z.number(),
          sumOfDeltas: z.number(),
          counterGain: z.nullable(z.number()),
        }),
        viewers: z.nullish(z.object({ n: z.number(), min: z.number(), max: z.number() })),
      }),
    ),
  }),
);

export const oracle = oracleSchema.parse(JSON.parse(fixture("oracle.json")));

export const hashKey = Uint8Array.from({ length: 16 }, (_, index) => index);
export const hash = new KeyedHash(hashKey);

export const eventsOf = (messages: readonly RawMessage[]): RoomEvent[] =>
  messages.map((raw) => decodeMessage(raw, hash)).filter((event) => event !== null);

/** A session that was told all of it. */
export function sessionOf(roomId: string, inputs: Iterable<SessionInput>): LiveSession {
  const session = new LiveSession(roomId);
  for (const input of inputs) session.apply(input);
  return session;
}

const PROVE = process.env.PROVE === "1";
if (PROVE) vi.setConfig({ testTimeout: 600_000 });

/** Property tests run few cases; PROVE=1 runs fifty times as many. */
export const runs = (count: number): number => (PROVE ? count * 50 : count);
