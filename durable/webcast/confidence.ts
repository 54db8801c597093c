import type { Confidence } from "../../domain/live-message.ts";

/** What the confidence of a session's diamonds rests on. */
export interface Evidence {
  /** R: diamonds that TikTok's counter showed and we had missed. */
  recovered: number;
  /** Diamonds that the counter showed before anybody can have given, and that were left out. */
  offset: number;
  /** Whether anybody can tell what was given before we joined. */
  beforeKnown: boolean;
  /** How old the LIVE was when we joined, ms; null when not known. */
  ageAtJoin: number | null;
  /** 0–1. */
  coverage: number;
  /** Whether TikTok's counter has spoken at all. */
  counted: boolean;
  /** Whether it spoke after the last gap, so that it vouches for what was missed in it. */
  countedSinceGap: boolean;
  /** Whether a cut of our connection was neither replayed nor followed by the counter. */
  openCut: boolean;
}

/** Seen this far, nothing worth speaking of was missed. */
const WHOLE = 0.99;

/** How sure the session's diamonds are (`live-protocol.md`, rule 10), and why in one plain sentence. */
export function confidenceOf(evidence: Evidence): { confidence: Confidence; reason: string } {
  const { recovered, beforeKnown, coverage, counted, countedSinceGap, openCut, offset } = evidence;
  if (offset > 0) {
    const reason = `TikTok's counter stood at ${diamondsOf(offset)} when the LIVE was new and we had seen no gift; nobody can tell whether they are this LIVE's, and they are not included.`;
    return { confidence: "partial", reason };
  }
  // What the counter showed before a cut says nothing of what was missed in it.
  if (recovered > 0 && !openCut) {
    return {
      confidence: "reconciled",
      reason: `TikTok's own counter showed ${diamondsOf(recovered)} that we missed; they are included.`,
    };
  }
  if (!beforeKnown) return { confidence: "partial", reason: `${lateJoin(evidence.ageAtJoin)} is not included.` };
  if (coverage >= WHOLE && !openCut) {
    const reason = counted
      ? "The LIVE was seen throughout and TikTok's own counter agrees."
      : "The LIVE was seen throughout, from its start.";
    return { confidence: "exact", reason };
  }
  if (countedSinceGap && !openCut) {
    return {
      confidence: "reconciled",
      reason: `${seen(coverage)}, and TikTok's own counter confirms the total since.`,
    };
  }
  const reason = openCut
    ? "The connection was cut, and nothing has confirmed since that no gift was missed."
    : `${seen(coverage)}, and nothing has confirmed since that no gift was missed.`;
  return { confidence: "partial", reason };
}

const diamondsOf = (count: number): string =>
  `${count.toLocaleString("en-US")} ${count === 1 ? "diamond" : "diamonds"}`;

function lateJoin(age: number | null): string {
  if (age === null) return "Nobody can tell how long the LIVE had run when we joined; what was given before";
  const minutes = Math.round(age / 60_000);
  return `We joined ${minutes} ${minutes === 1 ? "minute" : "minutes"} into the LIVE; what was given before`;
}

const seen = (coverage: number): string => `${Math.floor(coverage * 100)} % of the LIVE was seen`;
