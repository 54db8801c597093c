import { costFigures } from "./cost.ts";
import { type Figure, type Growth, percentile } from "./figures.ts";
import { type Measured, play, type Stage } from "./live-stage.ts";
import type { Made } from "./runtime.ts";

/** What is played, one after the other. */
export interface Programme {
  /** Many busy LIVEs, to their end: nothing may be lost. */
  busy: Stage;
  /** An evening of a big agency: how late a gift is seen. */
  evening: Stage;
  /** The same LIVEs, more and more of them. */
  growth: Stage[];
}

const steady = { quietSeconds: 12, toTheEnd: true };
/** 3 gift messages a second and 15 of all kinds: of a thousand such rooms one core can play TikTok, and one be the Worker. */
const LIVELY = 2;
/** 10 gift messages a second, and 48 of all kinds. */
const BUSY = 7.2;

/** @param quick a few seconds of a few rooms, to see that everything works */
export const programme = (quick: boolean): Programme =>
  quick
    ? {
        busy: { ...steady, quietSeconds: 6, rooms: 20, tempo: BUSY, seconds: 8 },
        evening: { quietSeconds: 4, toTheEnd: false, rooms: 10, tempo: LIVELY, seconds: 6 },
        growth: [1, 20].map((rooms) => ({ quietSeconds: 3, toTheEnd: false, rooms, tempo: LIVELY, seconds: 4 })),
      }
    : {
        busy: { ...steady, rooms: 200, tempo: BUSY, seconds: 60 },
        evening: { ...steady, rooms: 50, tempo: LIVELY, seconds: 60 },
        growth: [1, 10, 100, 1_000].map((rooms) => ({ ...steady, toTheEnd: false, rooms, tempo: LIVELY, seconds: 10 })),
      };

/** From TikTok's wire to a viewer's screen and to the database's last word, in real sockets. */
export async function benchRooms(
  made: Made,
  { busy, evening, growth }: Programme,
  say: (line: string) => void,
): Promise<{ figures: Figure[]; growth: Growth[] }> {
  const told = (stage: Stage): Promise<Measured> => {
    say(`  ${stage.rooms} LIVE${stage.rooms === 1 ? "" : "s"} for ${stage.seconds} s…`);
    return play(made, stage);
  };
  const many = await told(busy);
  const some = await told(evening);
  const grown: Measured[] = [];
  for (const stage of growth) grown.push(await told(stage));
  const points = grown.map(growthOf);
  return {
    figures: [
      ...roomFigures(many),
      ...latencyFigures(some),
      ...points.flatMap(growthFigures),
      ...costFigures(called(some), some),
      ...costFigures(called(many), many),
    ],
    growth: points,
  };
}

const called = ({ rooms, gifts, seconds }: Measured): string =>
  `one of ${rooms} LIVEs, ${Math.round(gifts / rooms / seconds)} gifts/s`;

/** A row a tick that has news; what is written by the minute, session's row and pulse, is two more. */
const ROWS_A_TICK = 1;
const ROWS_A_MINUTE = 2;

function roomFigures(measured: Measured): Figure[] {
  const { rooms, seconds, tally, viewer } = measured;
  const of = { group: "LIVE rooms", goal: null } as const;
  const minutes = (rooms * seconds) / 60;
  const written = tally.tracker.rowsWritten + tally.hub.rowsWritten + tally.d1.rowsWritten;
  const figures: Figure[] = [
    ...offFigures(of.group, measured),
    { ...of, what: "gift messages", value: measured.gifts / seconds, unit: "/s" },
    { ...of, what: "messages of all kinds", value: measured.messages / seconds, unit: "/s" },
    { ...of, what: "reports of trackers to the hub", value: tally.reports / seconds, unit: "/s" },
    {
      ...of,
      what: "rows written, index rows too",
      value: written / tally.ticks,
      unit: "rows/tick",
      goal: { atMost: ROWS_A_TICK + (ROWS_A_MINUTE * minutes) / tally.ticks },
    },
    { ...of, what: "… of them by trackers", value: tally.tracker.rowsWritten / tally.ticks, unit: "rows/tick" },
    { ...of, what: "… by the hub", value: tally.hub.rowsWritten / tally.ticks, unit: "rows/tick" },
    { ...of, what: "… in D1", value: tally.d1.rowsWritten / tally.ticks, unit: "rows/tick" },
    { ...of, what: "ticks with news a room", value: tally.ticks / rooms / seconds, unit: "/s" },
    { ...of, what: "alarms set a room", value: tally.tracker.alarmsSet / minutes, unit: "/min" },
    {
      ...of,
      what: "processor: the Worker, its objects and databases",
      value: measured.workerSeconds / seconds,
      unit: "cores",
    },
    { ...of, what: "processor: TikTok's simulator", value: measured.simulatorSeconds / seconds, unit: "cores" },
    { ...of, what: "memory a room", value: measured.memoryBytes / rooms, unit: "bytes" },
    { ...of, what: "frames to a viewer", value: viewer.frames / seconds, unit: "/s" },
    { ...of, what: "a frame to a viewer", value: viewer.bytes / viewer.frames, unit: "bytes" },
    { ...of, what: "from the wire to a viewer: p50", value: percentile(measured.latencies, 0.5), unit: "ms" },
    { ...of, what: "from the wire to a viewer: p99", value: percentile(measured.latencies, 0.99), unit: "ms" },
  ];
  return figures.filter(isKnown);
}

/** ms from a gift's frame on the wire to the viewer's frame that includes it. */
const LATENCY = { p50: 300, p99: 800 } as const;

function latencyFigures(measured: Measured): Figure[] {
  const of = { group: "LIVE latency", unit: "ms" } as const;
  const late = (share: number): number => percentile(measured.latencies, share);
  const what = `${measured.rooms} LIVEs, from the wire to a viewer`;
  return [
    ...offFigures(of.group, measured),
    { ...of, what: `${what}: p50`, value: late(0.5), goal: { atMost: LATENCY.p50 } },
    { ...of, what: `${what}: p99`, value: late(0.99), goal: { atMost: LATENCY.p99 } },
    { ...of, what: `${what}: the latest`, value: Math.max(...measured.latencies), goal: null },
  ];
}

const offFigures = (group: Figure["group"], { off, rooms, gifts, seconds }: Measured): Figure[] =>
  off === null
    ? []
    : [
        {
          group,
          what: `${rooms} LIVEs, ${Math.round(gifts / rooms / seconds)} gifts/s, to the end: totals that are off`,
          value: off,
          unit: "rooms",
          goal: { atMost: 0 },
        },
      ];

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

const growthOf = (measured: Measured): Growth => ({
  rooms: measured.rooms,
  workerMs: finite((measured.workerSeconds * 1_000) / measured.rooms / measured.seconds),
  memoryBytes: finite(measured.memoryBytes / measured.rooms),
  p50: percentile(measured.latencies, 0.5),
  p99: percentile(measured.latencies, 0.99),
});

function growthFigures({ rooms, workerMs, memoryBytes, p50, p99 }: Growth): Figure[] {
  const of = { group: "LIVE growth", goal: null } as const;
  const at = `${rooms.toLocaleString("en")} LIVE${rooms === 1 ? "" : "s"}`;
  const figures: Figure[] = [
    { ...of, what: `${at}: processor a room`, value: workerMs ?? Number.NaN, unit: "ms/s" },
    { ...of, what: `${at}: memory a room`, value: memoryBytes ?? Number.NaN, unit: "bytes" },
    { ...of, what: `${at}: from the wire to a viewer, p50`, value: p50, unit: "ms" },
    { ...of, what: `${at}: from the wire to a viewer, p99`, value: p99, unit: "ms" },
  ];
  return figures.filter(isKnown);
}

/** The system may not tell of processes. */
const isKnown = ({ value }: Figure): boolean => Number.isFinite(value);
