import type { Context } from "hono";
import {
  type AuditAct,
  type AuditAction,
  type AuditActor,
  type AuditTarget,
  NOBODY,
  type RawChanges,
} from "../../domain/audit.ts";
import { type CreatorId, isId, newId } from "../../domain/ids.ts";
import { again, tenantHub } from "../../durable/kit/stubs.ts";
import type { TenantPlace } from "../../platform/db/tenant-db.ts";
import type { AppEnv, Session } from "../env.ts";
import { addressOf, logOf } from "./log.ts";

/** An answer waits for its entry so long, and no longer. */
const PATIENCE_MS = 1_000;
/** How long each further try waits for, ms: together within what the platform gives an answered request. */
const TRIES_MS = [500, 1_500, 4_000, 10_000];

/** What was done to what. A change's values may be anything: the ledger keeps what it may. */
export interface Act {
  action: AuditAction;
  target: AuditTarget;
  changes?: RawChanges;
}

/** Who acted where, for what no session says. */
export interface Acting {
  place: TenantPlace;
  actor: AuditActor;
}

export const actingCreator = ({ region, tenantId }: TenantPlace, creatorId: CreatorId): Acting => ({
  place: { region, tenantId },
  actor: { type: "creator", id: creatorId, forId: null },
});

export const actingPerson = ({ region, tenantId }: TenantPlace, userId: string): Acting => ({
  place: { region, tenantId },
  actor: { type: "person", id: userId, forId: null },
});

export const actingNobody = ({ region, tenantId }: TenantPlace): Acting => ({
  place: { region, tenantId },
  actor: NOBODY,
});

const actingIn = ({ place, credential, userId }: Session): Acting =>
  isId("apiKey", credential)
    ? { place, actor: { type: "key", id: credential, forId: userId } }
    : actingPerson(place, userId);

/**
 * Writes into the audit ledger what the caller just did; who, from where, with what and in which
 * request is gathered here. Comes after the act, so that nothing is told that did not happen.
 *
 * The answer waits until the entry is written. A hub that is slow or away does not hold it longer
 * than a second: the act has happened, and to answer that it failed would be wrong. The entry is
 * then tried on behind the answer, for some twenty seconds on fresh stubs; each carries its id, so
 * that a try which did arrive is not written twice. Only if all that fails, or the Worker dies
 * meanwhile, an entry is missing, and the operational log, which is kept as long, says which: an
 * error with the action, the person, the address and the request's id. A row in D1 in the act's own
 * batch would close that gap as well, at the price of a second ledger to guard and to empty; most
 * acts need the hub to happen at all, so both being lost is rare.
 */
export async function audit(c: Context, ...acts: Act[]): Promise<void> {
  const { var: known }: Context<AppEnv> = c;
  await auditAs(c, actingIn(known.session), ...acts);
}

/** As `audit`, for who has no session here: a creator, or somebody who just signed in. */
export async function auditAs(c: Context, acting: Acting, ...acts: Act[]): Promise<void> {
  const written = write(c, acting, acts);
  c.executionCtx.waitUntil(written);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const waited = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  await Promise.race([written, waited]).finally(() => clearTimeout(timer));
}

/** The answer is long gone when the entry is begun: beside it, writing would slow it down, measurably. */
const AFTER_THE_ANSWER_MS = 500;

/** As `auditAs`, where time would tell something: an answer that takes longer says that an address is known. */
export function behindAnswer(c: Context<AppEnv>, acting: Acting, acts: readonly Act[]): void {
  const later = new Promise((resolve) => setTimeout(resolve, AFTER_THE_ANSWER_MS));
  c.executionCtx.waitUntil(later.then(() => write(c, acting, acts)));
}

async function write(c: Context<AppEnv>, { place, actor }: Acting, acts: readonly Act[]): Promise<void> {
  if (acts.length === 0) return;
  const entries: AuditAct[] = acts.map(({ action, target, changes = {} }) => ({
    id: newId("auditEntry"),
    actor,
    action,
    target,
    changes,
    ip: addressOf(c),
    agent: c.req.header("User-Agent") ?? null,
    requestId: c.get("requestId"),
  }));
  for (const pause of [...TRIES_MS, null]) {
    try {
      return await again(() => tenantHub(c.env, place).record(entries));
    } catch {
      // Whatever it was, the next stub may do better; the last one's is told.
      if (pause !== null) await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  for (const { action } of acts) logOf(c).error({ event: "audit.unrecorded", code: action });
}
