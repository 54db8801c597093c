/** How a room's messages reach a socket, and what goes wrong on the way: options of POST /_control/rooms. */
import { z } from "zod";

const count = z.coerce.number().int().positive();

export const deliverySchema = z.object({
  /** A redial with a cursor gets what it missed, as history; otherwise nothing of it. */
  resume: z.boolean().default(true),
  /** Every frame is sent twice. */
  duplicate: z.boolean().default(false),
  /** The socket is cut, once, when so many messages have been sent. */
  cutAfterMessages: count.optional(),
  /** Every socket of the room is cut every so many seconds, from the first viewer until it calms down or ends. */
  cutEverySeconds: count.optional(),
  /** The socket falls silent, once, when so many messages have been sent: open, but nothing comes, not even heartbeats. */
  silentAfterMessages: count.optional(),
  /** A frame of garbage after every so many messages. */
  garbageEvery: count.optional(),
  /** Messages in a frame, at most. */
  batch: count.default(10),
  /** Bytes: payloads above it are gzipped; 0 gzips every one. */
  gzipAbove: z.coerce.number().int().nonnegative().default(512),
  /** What the client is asked to send; three missed ones close the socket. */
  heartbeatMs: count.default(10_000),
  needAck: z.boolean().default(true),
});

export type Delivery = z.infer<typeof deliverySchema>;

export const DEFAULT_DELIVERY: Delivery = deliverySchema.parse({});
