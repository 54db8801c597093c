import { dayOf, splitByDay } from "../../domain/metrics/days.ts";

/** What a session has come to. `startedAt` is ms since epoch. */
export interface Figures {
  startedAt: number;
  /** Given before we joined: it counts where the LIVE began. */
  diamondsBefore: number;
  diamondsTracked: number;
  seconds: number;
}

/** A session's figures, and what they were when the day began that it was heard of last. */
export interface DayCount extends Figures {
  day: string;
  baseDiamonds: number;
  baseSeconds: number;
}

/** @param known the same session's count so far; without one, what lies before today is reckoned by the clock */
export function countDay(known: DayCount | undefined, figures: Figures, now: number, zone: string): DayCount {
  const day = dayOf(now, zone);
  if (known?.day === day) return { ...known, ...figures };
  if (known) return { ...figures, day, baseDiamonds: known.diamondsTracked, baseSeconds: known.seconds };
  const ofToday = (splitByDay([{ from: figures.startedAt, to: now }], zone).get(day) ?? 0) / 1000;
  return { ...figures, day, baseDiamonds: 0, baseSeconds: Math.max(0, Math.round(figures.seconds - ofToday)) };
}

/** What of a count belongs to `today`. */
export function partOf(count: DayCount, today: string, zone: string): { diamonds: number; seconds: number } {
  if (count.day !== today) return { diamonds: 0, seconds: 0 };
  const before = dayOf(count.startedAt, zone) === today ? count.diamondsBefore : 0;
  return {
    diamonds: before + count.diamondsTracked - count.baseDiamonds,
    seconds: count.seconds - count.baseSeconds,
  };
}
