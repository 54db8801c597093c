import type { CreatorId } from "../../domain/ids.ts";
import { jittered } from "../clock.ts";
import { liveTracker } from "../kit/stubs.ts";
import { announce } from "../webhooks/announce.ts";
import { type HubContext, NotYet } from "./context.ts";
import type { Faces } from "./faces.ts";
import { checkLive } from "./live-check.ts";
import type { LiveEnd, LiveReport } from "./live-report.ts";
import { reportInterval } from "./pace.ts";
import type { Switchboard } from "./switchboard.ts";

/** Where nothing tells better: what a look found is news. */
const IDLE = new Set(["off", "awaiting_consent", "waiting"]);

/** Looks for LIVEs and takes trackers' reports, for the switchboard to show. */
export class LiveDesk {
  readonly #hub: HubContext;
  readonly #board: Switchboard;
  readonly #faces: Faces;
  /** How often each creator was looked for: of two looks at once the later one's answer stands. */
  readonly #looks = new Map<CreatorId, number>();

  constructor(hub: HubContext, board: Switchboard, faces: Faces) {
    this.#hub = hub;
    this.#board = board;
    this.#faces = faces;
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

  /** A look that is under way may find what does not hold any more. */
  forget(creatorId: CreatorId): void {
    this.#begin(creatorId);
  }

  /**
   * Asks the trackers of LIVEs that were on the wall when the instance before this one died: what
   * is known of them may be a minute old. Who does not answer in time tells by its next report.
   */
  async catchUp(withinMs: number): Promise<void> {
    const asked = this.#board.unheard().map(async (creatorId) => {
      const report = await liveTracker(this.#hub.env, this.#hub.place, creatorId).latest();
      if (report) await this.heard(report);
    });
    if (asked.length > 0)
      await Promise.race([Promise.allSettled(asked), new Promise((resolve) => setTimeout(resolve, withinMs))]);
  }

  /** A tracker tells what changed. @returns ms until it may tell again, null: nobody may listen any more */
  async heard(report: LiveReport): Promise<number | null> {
    const { creatorId, sessionId } = report;
    const shown = await this.#faces.of(creatorId);
    const begins = this.#sessionOn(creatorId) !== sessionId;
    if (!this.#board.heard(report, shown)) return null;
    if (begins) announce(this.#hub.env, this.#hub.place, "live.started", { sessionId, creatorId });
    return this.pace();
  }

  /** A LIVE is over: told when the end is heard, and once more when it has settled. @returns as `Switchboard.over` */
  over(end: LiveEnd): boolean {
    const { creatorId } = end;
    const sessionId = this.#sessionOn(creatorId);
    if (!this.#board.over(end)) return false;
    if (sessionId) announce(this.#hub.env, this.#hub.place, "live.ended", { sessionId, creatorId });
    return true;
  }

  /** ms between two reports of a tracker. */
  pace(): number {
    return reportInterval(this.#board.rooms);
  }

  #begin(creatorId: CreatorId): number {
    const look = (this.#looks.get(creatorId) ?? 0) + 1;
    this.#looks.set(creatorId, look);
    return look;
  }

  #isOn(creatorId: CreatorId): boolean {
    return this.#sessionOn(creatorId) !== undefined;
  }

  /** The session that the wall shows of a creator. */
  #sessionOn(creatorId: CreatorId): string | undefined {
    return this.#board.itemOf(creatorId)?.sessionId;
  }
}
