import fc from "fast-check";
import { expect, test } from "vitest";
import type { SessionInput } from "../../../durable/webcast/inputs.ts";
import { decodeEvents, encodeEvents } from "../../../durable/webcast/journal.ts";
import { LiveSession } from "../../../durable/webcast/session.ts";
import { byTheRules } from "./by-the-rules.ts";
import { linkMic, ROOM, ROOM_CREATED } from "./encode.ts";
import { arrive, type Fate, fate, live, type Sent, welcome } from "./generated.ts";
import { eventsOf, runs, sessionOf } from "./recordings.ts";

const total = (messages: readonly Sent[]): number => messages.reduce((sum, { given }) => sum + given, 0);

/** What we could have received: nothing from before we joined, nothing of the cut. */
function receivable(messages: readonly Sent[], { join, cut: [from, length] }: Fate): Sent[] {
  const heard = messages.filter(({ at }) => {
    const after = at - ROOM_CREATED;
    return after >= join && !(after >= from && after < from + length);
  });
  return [welcome(join), ...heard];
}

const LAST = ROOM_CREATED + 400_000;

/** The last word of TikTok's counter, long after the last gift. */
const lastWord = (messages: readonly Sent[]): Sent => ({
  at: LAST,
  kind: "linkMic",
  raw: linkMic(LAST, total(messages)),
  given: 0,
  vital: false,
});

test("whatever is lost, repeated, late or cut: never above the truth, and never falling", () => {
  fc.assert(
    fc.property(live, fate, fc.boolean(), fc.boolean(), (messages, luck, withLinkMic, fromStart) => {
      const kept = messages.filter(({ kind }) => withLinkMic || kind !== "linkMic");
      const heard = receivable(kept, fromStart ? { ...luck, join: 1_000 } : luck);
      const session = new LiveSession(ROOM);
      let shown = 0;
      for (const event of eventsOf(arrive(heard, luck, () => true))) {
        session.apply(event);
        const { diamonds } = session.totals();
        expect(diamonds).toBeGreaterThanOrEqual(shown);
        expect(diamonds).toBeLessThanOrEqual(total(messages));
        shown = diamonds;
      }
      const added = session.minutes().reduce((sum, minute) => sum + minute.diamonds, 0);
      expect(added).toBe(session.totals().diamondsTracked);
    }),
    { numRuns: runs(60) },
  );
});

test("exactly the truth where TikTok's counter came after the damage", () => {
  fc.assert(
    fc.property(live, fate, (messages, luck) => {
      fc.pre(total(messages) > 0);
      const heard = [...receivable(messages, luck), lastWord(messages)];
      const session = sessionOf(ROOM, eventsOf(arrive(heard, luck, ({ at }) => at !== LAST)));
      expect(session.totals().diamonds).toBe(total(messages));
    }),
    { numRuns: runs(60) },
  );
});

test("exactly the truth without any counter where every streak's highest count arrived", () => {
  fc.assert(
    fc.property(live, fate, (messages, luck) => {
      const gifts = [welcome(1_000), ...messages.filter(({ kind }) => kind === "gift" || kind === "other")];
      const session = sessionOf(ROOM, eventsOf(arrive(gifts, luck, ({ vital, kind }) => !vital && kind === "gift")));
      expect(session.summary()).toMatchObject({ diamonds: total(messages), diamondsBefore: 0, diamondsRecovered: 0 });
    }),
    { numRuns: runs(60) },
  );
});

test("the ledger says what the rules say, whatever arrived and in whatever order", () => {
  fc.assert(
    fc.property(
      live,
      fate,
      fc.constantFrom("linkMic", "fanTicket", "none"),
      fc.boolean(),
      (messages, luck, counter, fromStart) => {
        const kept = messages.filter(({ kind }) => kind === "gift" || kind === "other" || kind === counter);
        const heard = receivable(kept, fromStart ? { ...luck, join: 1_000 } : luck);
        const events = eventsOf(arrive(heard, luck, () => true));
        const session = sessionOf(ROOM, events);
        // The end takes the figure that was shown back to what was reckoned.
        session.apply({ kind: "end", reason: "finished", at: LAST });
        const { before, tracked, recovered, diamonds } = byTheRules(events, ROOM_CREATED, null);
        const summary = session.summary();
        expect(summary).toMatchObject({ diamonds, diamondsBefore: before ?? 0, diamondsRecovered: recovered });
        expect(summary.diamondsTracked - summary.diamondsRecovered).toBe(tracked);
      },
    ),
    { numRuns: runs(100) },
  );
});

test("a session rebuilt from its journal is the same session", () => {
  fc.assert(
    fc.property(live, fate, fc.array(fc.nat(200), { maxLength: 4 }), (messages, luck, evictions) => {
      const events = eventsOf(arrive(receivable(messages, luck), luck, () => true));
      const half = Math.floor(events.length / 2);
      const inputs: SessionInput[] = [
        { kind: "room", createTime: ROOM_CREATED, fanTicket: 7 },
        { kind: "connected", at: ROOM_CREATED + 1 },
        ...events.slice(0, half),
        { kind: "disconnected", at: ROOM_CREATED + 2 },
        { kind: "connected", at: ROOM_CREATED + 3 },
        ...events.slice(half),
        { kind: "end", reason: "offline", at: LAST },
      ];
      const rows: Uint8Array[] = [];
      const tick: SessionInput[] = [];
      let session = new LiveSession(ROOM);
      for (const [index, input] of inputs.entries()) {
        if (session.apply(input)) tick.push(input);
        if (index % 7 === 0) rows.push(encodeEvents(tick.splice(0)));
        if (!evictions.includes(index)) continue;
        rows.push(encodeEvents(tick.splice(0)));
        session = sessionOf(ROOM, rows.flatMap(decodeEvents));
      }
      const whole = sessionOf(ROOM, inputs);
      expect(session.summary()).toEqual(whole.summary());
      expect(session.minutes()).toEqual(whole.minutes());
      expect(session.recent(30)).toEqual(whole.recent(30));
    }),
    { numRuns: runs(30) },
  );
});
