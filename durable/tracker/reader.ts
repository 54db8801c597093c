import * as z from "zod/mini";
import type { ApiKeyId, CreatorId, SessionId, TenantId, UserId } from "../../domain/ids.ts";
import { REGIONS } from "../../domain/regions.ts";
import { type Belonging, may } from "../../domain/roles.ts";
import { holderOf } from "../../platform/db/credentials.ts";
import type { TenantDb } from "../../platform/db/tenant-db.ts";

/** An agency's own reader of a LIVE room: with what it was let in. */
export interface Reader {
  credential: SessionId | ApiKeyId;
  userId: UserId;
}

const text = <Kind extends string>() => z.custom<Kind>((value) => typeof value === "string");

const callSchema = z.object({
  place: z.object({ region: z.enum(REGIONS), tenantId: text<TenantId>() }),
  creatorId: text<CreatorId>(),
  roomId: z.string(),
  credential: text<SessionId | ApiKeyId>(),
  userId: text<UserId>(),
});
/** A reader that asks for a creator's room. */
export type ReaderCall = z.infer<typeof callSchema>;

const refusalSchema = z.object({
  code: z.enum(["relay_off", "room_over", "not_connected", "tracking_off", "awaiting_consent", "not_allowed"]),
  sentence: z.string(),
});
/** Why a reader is not let in. */
export type ReaderRefusal = z.infer<typeof refusalSchema>;

const READER = "X-Reader";

/** The upgrade that the worker hands on: it has checked who asks, and the tracker can be reached by it alone. */
export const readerUpgrade = (call: ReaderCall): Record<string, string> => ({
  Upgrade: "websocket",
  [READER]: JSON.stringify(call),
});

/** @throws ZodError when the worker named nobody */
export const callOf = (request: Request): ReaderCall =>
  callSchema.parse(JSON.parse(request.headers.get(READER) ?? "null"));

/** An upgrade that does not happen: an error's class does not survive the way between objects. */
export const refusedUpgrade = (refusal: ReaderRefusal): Response => Response.json(refusal, { status: 409 });

export const refusalOf = async (answer: Response): Promise<ReaderRefusal> => refusalSchema.parse(await answer.json());

export const RELAY_OFF: ReaderRefusal = {
  code: "relay_off",
  sentence:
    "This creator's LIVE is read by this server, not by a reader of your own. Change that on the creator's record first.",
};
export const ROOM_OVER: ReaderRefusal = {
  code: "room_over",
  sentence: "This LIVE is over. Connect again with the room id of the next one.",
};
export const NOT_ALLOWED: ReaderRefusal = {
  code: "not_allowed",
  sentence: "This key or session may not relay a LIVE any more.",
};

/** Whether who was let in may still be: a key may be revoked, a role taken, the creator given away, while a reader reads. */
export async function mayRelay(
  db: TenantDb,
  { credential }: Reader,
  creatorId: CreatorId,
  now: number,
): Promise<boolean> {
  const [holder, creator] = await Promise.all([
    holderOf(db, credential, now),
    db
      .sql("SELECT owner_id AS ownerId, team FROM creators WHERE tenant_id = ?1 AND id = ?2", creatorId)
      .first<Belonging>(),
  ]);
  return holder !== null && creator !== null && may(holder, "live.relay", creator);
}
