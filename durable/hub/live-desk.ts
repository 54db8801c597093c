import type { CreatorId } from "../../domain/ids.ts";
import { jittered } from "../clock.ts";
import { type HubContext, NotYet } from "./context.ts";
import { checkLive } from "./live-check.ts";
import type { LiveReport } from "./live-report.ts";
import { type Face, reportInterval, type Switchboard } from "./switchboard.ts";

/** Where nothing tells better: what a look found is news. */
const IDLE = new Set(["off", "awaiting_consent", "waiting"]);

/** Looks for LIVEs and takes trackers' reports, for the switchboard to show. */
export class LiveDesk {
  readonly #hub: HubContext;
  readonly #board: Switchboard;
  readonly #faces = new Map<CreatorId, Face>();
  /** How often each creator was looked for: of two looks at once the later one's answer stands. */
  readonly #looks = new Map<CreatorId, number>();

  constructor(hub: HubContext, board: Switchboard) {
    this.#hub = hub;
    this.#board = board;
  }

  /** Looks whether a creator is LIVE. @returns when to look again, ms since epoch; null: not at all */
  async look(creatorId: CreatorId): Promise<number | null> {
    const look = this.#begin(creatorId);
    try {
      const found = await checkLive(this.#hub, creatorId, this.#isOn(creatorId));
      const stale = this.#looks.get(creatorId) !== look;
      // A tracker knows better than a look that only asserted it.
      const told = found.watched && !IDLE.has(this.#board.trackingOf(creatorId).state);
      if (!stale && !told) this.#board.noted(creatorId, found.note);
      return found.next;
    } catch (error) {
      if (error instanceof NotYet) return error.retryAt + jittered(1_000);
      throw error;
    }
  }

  /** What was known of a creator may be wrong from now on, and so may a look that is under way. */
  forget(creatorId: CreatorId): void {
    this.#begin(creatorId);
    this.#faces.delete(creatorId);
  }

  /** A creator's name or picture may be another one now. */
  faceChanged(creatorId: CreatorId): void {
    this.#faces.delete(creatorId);
  }

  /** A tracker tells what changed. @returns ms until it may tell again, null: nobody may listen any more */
  async heard(report: LiveReport): Promise<number | null> {
    return this.#board.heard(report, await this.#face(report.creatorId)) ? this.pace() : null;
  }

  /** ms between two reports of a tracker. */
  pace(): number {
    return reportInterval(this.#board.items().length);
  }

  #begin(creatorId: CreatorId): number {
    const look = (this.#looks.get(creatorId) ?? 0) + 1;
    this.#looks.set(creatorId, look);
    return look;
  }

  #isOn(creatorId: CreatorId): boolean {
    return this.#board.itemOf(creatorId) !== null;
  }

  async #face(creatorId: CreatorId): Promise<Face> {
    const known = this.#faces.get(creatorId);
    if (known) return known;
    const look = this.#looks.get(creatorId);
    const face = await this.#hub
      .db()
      .sql(
        "SELECT display_name AS displayName, handle, avatar_url AS avatarUrl FROM creators WHERE tenant_id = ?1 AND id = ?2",
        creatorId,
      )
      .first<Face>();
    if (!face) return { displayName: "A creator", handle: null, avatarUrl: null };
    if (this.#looks.get(creatorId) === look) this.#faces.set(creatorId, face);
    return face;
  }
}
