/** From the last thing heard before the socket was lost to the first thing heard after. */
interface Cut {
  from: number;
  /** Infinite until something was heard again. */
  to: number;
  /** Whether the server sent again what had happened meanwhile. */
  replayed: boolean;
}

/**
 * Where our connection was cut, in the messages' own time: our clock only says that it
 * was cut, never when.
 */
export class Continuity {
  readonly #cuts: Cut[] = [];
  /** Null before the first note. */
  #connected: boolean | null = null;

  /** Whether the socket was open and is not now. */
  get lost(): boolean {
    return this.#connected === false;
  }

  /**
   * @param lastAt time of the last thing heard, null before the first
   * @returns whether that is news
   */
  setConnected(connected: boolean, lastAt: number | null): boolean {
    if (connected === this.#connected) return false;
    this.#connected = connected;
    const open = this.#cuts.at(-1)?.to === Number.POSITIVE_INFINITY;
    if (!connected && !open && lastAt !== null) {
      this.#cuts.push({ from: lastAt, to: Number.POSITIVE_INFINITY, replayed: false });
    }
    return true;
  }

  /** A message came; true when it closed a cut or proved it replayed. */
  heard(at: number, isHistory: boolean): boolean {
    const cut = this.#cuts.at(-1);
    if (cut === undefined) return false;
    if (isHistory) {
      if (cut.replayed || at <= cut.from) return false;
      cut.replayed = true;
      return true;
    }
    if (this.lost || cut.to !== Number.POSITIVE_INFINITY) return false;
    cut.to = Math.max(cut.from, at);
    return true;
  }

  /** When the last cut before `until` ended; −∞ without one, ∞ for one that goes on. */
  lastCutEnd(until: number): number {
    return Math.max(...this.#before(until).map((cut) => cut.to), Number.NEGATIVE_INFINITY);
  }

  /** Whether a cut before `until` was neither replayed nor followed by TikTok's counter. */
  hasOpenCut(until: number, counterAt: number | null): boolean {
    return this.#before(until).some((cut) => !cut.replayed && (counterAt ?? Number.NEGATIVE_INFINITY) < cut.to);
  }

  #before(until: number): Cut[] {
    return this.#cuts.filter((cut) => cut.from < until);
  }
}
