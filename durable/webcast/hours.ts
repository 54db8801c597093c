import { MINUTE_STATES, type SessionMinute } from "./minutes.ts";

const HOUR = 3_600_000;

/**
 * A curve of minutes as hours of the clock, the first and the last whole ones too.
 *
 * Diamonds add up exactly. `viewers` is the mean of the covered minutes' averages, each weighing
 * one minute, since how much of a minute was seen is not kept; the session's own average is exact
 * and stays. `state` is what most of the hour's minutes were, of equals the happier one.
 * @param minutes without a hole
 */
export const hoursOf = (minutes: readonly SessionMinute[]): SessionMinute[] =>
  [...Map.groupBy(minutes, ({ at }) => Math.floor(at / HOUR))].map(([hour, held]) => {
    const seen = held.flatMap(({ state, viewers }) => (state === "covered" && viewers !== null ? [viewers] : []));
    const many = MINUTE_STATES.map((state) => held.filter((minute) => minute.state === state).length);
    return {
      at: hour * HOUR,
      viewers: seen.length === 0 ? null : Math.round((sum(seen) / seen.length) * 10) / 10,
      diamonds: sum(held.map(({ diamonds }) => diamonds)),
      state: MINUTE_STATES[many.indexOf(Math.max(...many))] ?? "gap",
    };
  });

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
