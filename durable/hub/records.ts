import { type AuditVerdict, SYSTEM } from "../../domain/audit.ts";
import { type CreatorId, newId } from "../../domain/ids.ts";
import { retainedSince } from "../../domain/retention.ts";
import { createLog } from "../../platform/log.ts";
import { dropOldAnchors, keepAnchor, newestAnchor } from "./anchors.ts";
import type { HubContext } from "./context.ts";
import type { EndReason } from "./disconnect.ts";
import { Ledger } from "./ledger.ts";

const log = createLog();

/** The agency's ledger, with what is kept of it outside. */
export class Records {
  readonly ledger: Ledger;
  readonly #hub: HubContext;

  constructor(hub: HubContext, storage: DurableObjectStorage) {
    this.#hub = hub;
    this.ledger = new Ledger(storage, hub.place.tenantId);
  }

  /** An end that nobody here asked for; the others are recorded where somebody did. */
  ended(creatorId: CreatorId, status: string, reason: EndReason): void {
    if (reason === "staff" || reason === "creator") return;
    this.ledger.record([
      {
        id: newId("auditEntry"),
        actor: SYSTEM,
        action: "tiktok.disconnected",
        target: { type: "creator", id: creatorId },
        changes: { status: ["active", status], reason: [null, reason] },
        ip: null,
        agent: null,
        requestId: null,
      },
    ]);
  }

  /** Whether it holds, also against what is outside, as far as that can be read. */
  async verify(now = Date.now()): Promise<AuditVerdict> {
    const { env, place } = this.#hub;
    return this.ledger.verify(await newestAnchor(env, place, now).catch(() => null));
  }

  /**
   * The ledger's day: looks whether it holds, lets go what is too old, and leaves the head outside. A
   * chain that is broken is not anchored, and told: what is outside must stay what it once was.
   */
  async day(now = Date.now()): Promise<void> {
    const { env, place } = this.#hub;
    const { ok } = this.ledger.verify(await newestAnchor(env, place, now));
    this.ledger.expire(retainedSince("auditEvents", now));
    await dropOldAnchors(env, place, now);
    const { seq, hash } = this.ledger.head();
    if (ok && seq > 0) await keepAnchor(env, place, { seq, head: hash, at: new Date(now).toISOString() });
    if (!ok) log.error({ tenantId: place.tenantId, event: "audit.broken" });
  }
}
