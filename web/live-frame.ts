import * as z from "zod/mini";
import {
  type LiveMessage,
  type LiveMove,
  liveMessageSchema,
  liveMoveSchema,
  liveTickSchema,
} from "../domain/live-message.ts";

/** What one frame of the dashboard's socket says. */
export interface LiveFrame {
  /** To be answered with `heard <tick>`; null for a single message, which wants no answer. */
  tick: number | null;
  messages: readonly (LiveMessage | LiveMove)[];
}

/** The envelope alone: what is inside is read message by message. */
const tickSchema = z.extend(liveTickSchema, { messages: z.array(z.unknown()) });
const messageSchema = z.union([liveMessageSchema, liveMoveSchema]);

/**
 * Reads a frame: a tick, or one message of a server that knows no ticks. A message of a newer
 * server that this page does not know is skipped, not fatal, and the rest of its tick is kept.
 */
export function readFrame(text: string): LiveFrame {
  const said = parsed(text);
  const tick = z.safeParse(tickSchema, said);
  const [number, written] = tick.success ? [tick.data.tick, tick.data.messages] : [null, [said]];
  return {
    tick: number,
    messages: written.flatMap((message) => z.safeParse(messageSchema, message).data ?? []),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
