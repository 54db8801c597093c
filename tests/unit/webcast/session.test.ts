import { describe, expect, test } from "vitest";
import type { RawMessage } from "../../../durable/webcast/frames.ts";
import type { SessionInput } from "../../../durable/webcast/inputs.ts";
import { LiveSession } from "../../../durable/webcast/session.ts";
import { control, fanTicket, GUEST, gift, linkMic, ROOM, ROOM_CREATED, system, viewers } from "./encode.ts";
import { eventsOf, sessionOf } from "./recordings.ts";

const MINUTE = 60_000;
const after = (seconds: number): number => ROOM_CREATED + seconds * 1_000;
/** A viewer message every 2 s, both ends included. */
const watched = (from: number, to: number, count = 100): RawMessage[] =>
  Array.from({ length: (to - from) / 2 + 1 }, (_, index) => viewers(after(from + index * 2), count));

const session = (...inputs: (RawMessage | SessionInput)[]): LiveSession =>
  sessionOf(
    ROOM,
    inputs.flatMap((input) => ("payload" in input ? eventsOf([input]) : [input])),
  );

const note = (kind: "connected" | "disconnected"): SessionInput => ({ kind, at: after(0) });
const room = (createTime: number | null, fanTicketTotal: number | null): SessionInput => ({
  kind: "room",
  createTime,
  fanTicket: fanTicketTotal,
});

describe("diamonds", () => {
  test("one Rose is one diamond, though its streak ends with a second message", () => {
    const rose = { user: "1", group: after(10) };
    const live = session(
      system(after(1)),
      gift({ ...rose, at: after(10), repeat: 1 }),
      gift({ ...rose, at: after(13), repeat: 1, added: 0 }),
    );
    expect(live.summary()).toMatchObject({
      diamonds: 1,
      diamondsTracked: 1,
      diamondsByWitness: { streak: 1, delta: 1 },
    });
  });

  test("a streak counts though its final is lost, and though all but its final is lost", () => {
    const rose = { user: "1", group: after(10) };
    expect(session(system(after(1)), gift({ ...rose, at: after(11), repeat: 9, added: 4 })).totals().diamonds).toBe(9);
    expect(session(system(after(1)), gift({ ...rose, at: after(14), repeat: 9, added: 0 })).totals().diamonds).toBe(9);
  });

  test("of a streak that began before us only what was added counts", () => {
    const live = session(system(after(100)), gift({ at: after(101), group: after(90), repeat: 40, added: 3 }));
    expect(live.summary()).toMatchObject({ diamonds: 3, diamondsByWitness: { streak: 40, delta: 3 } });
  });

  test("a giver's clock is not believed beyond ten minutes", () => {
    const late = session(
      system(after(100)),
      gift({ at: after(101), group: after(100) - 11 * MINUTE, repeat: 4, added: 1 }),
    );
    expect(late.totals().diamonds).toBe(4);
  });

  test("a message that shows that we joined earlier makes a streak ours", () => {
    const live = session(system(after(100)), gift({ at: after(101), group: after(95), repeat: 4, added: 1 }));
    expect(live.totals().diamonds).toBe(1);
    live.apply(...oneEvent(viewers(after(94), 5)));
    expect(live.totals().diamonds).toBe(4);
  });

  test("a guest's gifts and a guest's counter are not the host's", () => {
    const live = session(
      system(after(100)),
      gift({ at: after(101), price: 500, receiver: GUEST }),
      linkMic(after(102), 900, GUEST),
      linkMic(after(103), 20),
      gift({ at: after(104), price: 5, group: after(104) }),
    );
    expect(live.summary()).toMatchObject({ diamonds: 25, diamondsBefore: 20, diamondsByWitness: { delta: 5 } });
  });

  test("FanTicket stands in only until LinkMic spoke", () => {
    const live = session(system(after(100)), gift({ at: after(110), group: after(110) }), fanTicket(after(105), 70));
    expect(live.totals().diamonds).toBe(71);
    live.apply(...oneEvent(linkMic(after(111), 83)));
    expect(live.summary()).toMatchObject({ diamonds: 83, diamondsBefore: 82, diamondsTracked: 1 });
  });

  test("what the counter shows as lost is put where it showed it", () => {
    const live = session(system(after(100)), linkMic(after(110), 50), linkMic(after(200), 80));
    expect(live.minutes().filter(({ diamonds }) => diamonds > 0)).toMatchObject([
      { at: Math.floor(after(200) / MINUTE) * MINUTE, diamonds: 30 },
    ]);
    expect(live.recent(3)).toEqual([0, 0, 30]);
    expect(live.summary()).toMatchObject({ confidence: "reconciled", diamondsRecovered: 30 });
  });
});

test("a counter that trails does not take back what was shown, and the end tells what was reckoned", () => {
  const live = session(system(after(100)), fanTicket(after(105), 70), gift({ at: after(106), price: 10, type: 2 }));
  expect(live.totals().diamonds).toBe(80);
  live.apply(...oneEvent(linkMic(after(106), 72)));
  expect(live.totals()).toMatchObject({ diamonds: 80, diamondsBefore: 62, diamondsTracked: 18 });
  expect(live.minutes().reduce((sum, { diamonds }) => sum + diamonds, 0)).toBe(18);
  live.apply({ kind: "end", reason: "offline", at: after(200) });
  expect(live.totals()).toMatchObject({ diamonds: 72, diamondsBefore: 62, diamondsTracked: 10 });
});

test("a gift at the very time of a reading is in that reading, whichever came first", () => {
  const gifts = [gift({ at: after(110), price: 10, type: 2 }), linkMic(after(110), 60)];
  for (const order of [gifts, gifts.toReversed()]) {
    expect(session(system(after(100)), ...order).summary()).toMatchObject({ diamonds: 60, diamondsBefore: 50 });
  }
});

describe("before us", () => {
  test("room info says what was given, when no counter does", () => {
    const live = session(room(ROOM_CREATED, 5_000), system(after(600)), gift({ at: after(601), price: 20, type: 2 }));
    expect(live.summary()).toMatchObject({ diamonds: 5_020, diamondsBefore: 5_000 });
  });

  test("gifts sent again from before we joined are in room info's total already", () => {
    const replayed = gift({ at: after(590), price: 20, type: 2, isHistory: true });
    expect(session(room(ROOM_CREATED, 5_000), replayed, system(after(600))).summary()).toMatchObject({
      diamonds: 5_000,
      diamondsBefore: 4_980,
    });
  });

  test("room info that was read after the first message says nothing", () => {
    expect(session(system(after(600)), room(ROOM_CREATED, 5_000)).totals().diamonds).toBe(0);
  });

  test("in a room at most a minute old nothing was", () => {
    const young = session(system(after(60)), ...watched(60, 360));
    expect(young.summary()).toMatchObject({ diamondsBefore: 0, confidence: "partial" });
    expect(session(system(after(1)), ...watched(2, 600)).summary().confidence).toBe("exact");
    expect(session(system(after(61)), ...watched(62, 60_000)).summary()).toMatchObject({
      confidence: "partial",
      confidenceReason: "We joined 1 minute into the LIVE; what was given before is not included.",
    });
  });

  test("a counter above 0 in a new room without a gift did not begin at 0", () => {
    const live = session(
      system(after(2)),
      linkMic(after(5), 700),
      gift({ at: after(90), price: 10, type: 2 }),
      linkMic(after(91), 715),
    );
    expect(live.summary()).toMatchObject({ diamonds: 15, diamondsBefore: 0, diamondsRecovered: 5 });
    // Nor does anybody know: they may have been given right before we joined.
    expect(live.summary()).toMatchObject({
      confidence: "partial",
      confidenceReason: expect.stringContaining("stood at 700 diamonds when the LIVE was new"),
    });
  });
});

describe("confidence", () => {
  const start = [system(after(1)), ...watched(2, 1_000)];

  test("seen throughout is exact", () => {
    expect(session(...start, gift({ at: after(500), type: 2 }), linkMic(after(501), 1)).summary()).toMatchObject({
      confidence: "exact",
      confidenceReason: "The LIVE was seen throughout and TikTok's own counter agrees.",
    });
  });

  test("a gap without a word of the counter since is partial, with one reconciled", () => {
    const gap = [...start, ...watched(1_400, 2_000)];
    expect(session(...gap, linkMic(after(900), 0)).summary().confidence).toBe("partial");
    expect(session(...gap, linkMic(after(1_500), 0)).summary().confidence).toBe("reconciled");
  });

  test("a short cut is partial until the counter spoke or the server sent again what was missed", () => {
    const cut = [...start, note("disconnected"), note("connected"), ...watched(1_010, 1_500)];
    expect(session(...cut).summary()).toMatchObject({
      confidence: "partial",
      confidenceReason: "The connection was cut, and nothing has confirmed since that no gift was missed.",
    });
    expect(session(...cut, linkMic(after(1_400), 0)).summary().confidence).toBe("exact");
    expect(session(...cut, system(after(1_005), true)).summary().confidence).toBe("exact");
    expect(session(...cut, system(after(990), true)).summary().confidence).toBe("partial");
  });

  test("a socket that closes because the LIVE is over is no cut", () => {
    const over = (at: number) => session(...start, note("disconnected"), { kind: "end", reason: "offline", at });
    expect(over(after(3)).summary()).toMatchObject({ state: "ended", endedAt: after(1_000), confidence: "exact" });
    expect(over(after(60)).summary()).toMatchObject({ state: "ended", endedAt: after(1_000), confidence: "partial" });
  });

  test("what the counter showed before a cut does not vouch for what was given in it", () => {
    const short = [...start, gift({ at: after(500), type: 2 }), linkMic(after(400), 0), linkMic(after(501), 5)];
    expect(session(...short).summary().confidence).toBe("reconciled");
    const cut = [...short, note("disconnected"), note("connected"), ...watched(1_010, 1_500)];
    expect(session(...cut).summary().confidence).toBe("partial");
    expect(session(...cut, linkMic(after(1_400), 5)).summary().confidence).toBe("reconciled");
  });

  test("until something is heard our own clock stands in, so an old room is no LIVE of years", () => {
    const noted = session(room(after(-900 * 86_400), null), note("connected"));
    expect(noted.summary()).toMatchObject({ startedAt: after(0), durationSeconds: 0 });
    expect(noted.minutes()).toHaveLength(1);
  });
});

describe("a session's time", () => {
  test("it starts when the room was created, or with the first message of a room older than a day", () => {
    expect(session(system(after(600))).totals().startedAt).toBe(ROOM_CREATED);
    expect(session(system(after(86_400))).totals().startedAt).toBe(ROOM_CREATED);
    expect(session(system(after(86_401))).totals().startedAt).toBe(after(86_401));
    expect(session(room(after(300), null), system(after(600))).totals().startedAt).toBe(after(300));
  });

  test("a pause is taken off the duration, and nobody is watching meanwhile", () => {
    const paused = [...watched(2, 300), control(after(301), 1), ...watched(302, 400, 900)];
    expect(session(...paused).totals()).toMatchObject({ state: "paused", viewers: null, peakViewers: 100 });
    const resumed = session(...paused, control(after(401), 2), ...watched(402, 600), control(after(600), 3));
    expect(resumed.summary()).toMatchObject({
      state: "ended",
      durationSeconds: 500,
      pausedSeconds: 100,
      averageViewers: 100,
      peakViewers: 100,
      coverage: (298 + 198) / 500,
    });
    expect(resumed.minutes().map(({ state }) => state)).toContain("paused");
  });

  test("a pause and its end in the wrong order are the same pause", () => {
    const messages = [...watched(2, 600), control(after(400), 2), control(after(300), 1)];
    expect(session(...messages).summary()).toEqual(session(...messages.toReversed()).summary());
    expect(session(...messages).summary().pausedSeconds).toBe(100);
  });

  test("while the socket is lost the session says so", () => {
    const live = session(...watched(2, 60), note("connected"), note("disconnected"));
    expect(live.totals()).toMatchObject({ state: "lost", viewers: null });
    expect(live.apply(note("disconnected"))).toBe(false);
    live.apply(note("connected"));
    expect(live.totals()).toMatchObject({ state: "live", viewers: 100 });
  });

  test("TikTok's own time of the end is believed; finding it over only says that it is", () => {
    const finished = session(...watched(2, 60), { kind: "end", reason: "finished", at: after(90) });
    expect(finished.summary().endedAt).toBe(after(90));
    const found = session(...watched(2, 60), { kind: "end", reason: "stopped", at: after(9_000) });
    expect(found.summary().endedAt).toBe(after(60));
    expect(found.apply(...oneEvent(control(after(70), 3)))).toBe(false);
  });

  test("a LIVE of which nothing was heard has figures all the same", () => {
    const summary = session(room(after(0), null), { kind: "end", reason: "offline", at: after(60) }).summary();
    expect(summary).toMatchObject({
      diamonds: 0,
      coverage: 0,
      averageViewers: null,
      confidence: "partial",
      durationSeconds: 60,
    });
    expect(new LiveSession("1").summary()).toMatchObject({ state: "live", startedAt: 0, durationSeconds: 0 });
  });
});

test("viewers after the end are not worth a row of the journal", () => {
  const live = session(...watched(2, 60), control(after(61), 3));
  expect(live.apply(...oneEvent(viewers(after(62), 900)))).toBe(false);
  expect(live.apply(...oneEvent(viewers(after(59), 900)))).toBe(true);
});

test("an input that repeats what is known changes nothing", () => {
  const inputs = eventsOf([
    system(after(1)),
    viewers(after(2), 5),
    gift({ at: after(3) }),
    linkMic(after(4), 1),
    control(after(5), 1),
  ]);
  const live = session();
  expect(inputs.map((input) => live.apply(input))).toEqual([true, true, true, true, true]);
  expect(inputs.map((input) => live.apply(input))).toEqual([false, false, false, false, false]);
  expect(live.apply(room(null, null))).toBe(false);
});

function oneEvent(raw: RawMessage): [SessionInput] {
  const [event] = eventsOf([raw]);
  if (event === undefined) throw new RangeError("The message says nothing");
  return [event];
}
