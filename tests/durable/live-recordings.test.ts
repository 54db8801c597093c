import { beforeAll, describe, expect, type TestContext, test } from "vitest";
import type { LiveSession, LiveSessionSummary } from "../../domain/records/tiktok.ts";
import oracle from "../fixtures/live/oracle.json";
import { type Agency, agency, until } from "../helpers/workerd/agency.ts";
import {
  consenting,
  crash,
  hubOf,
  itemOf,
  roomState,
  sessionPage,
  sessionsOf,
  sessionThat,
  startRoom,
  switchLive,
  type Tracked,
  toRoom,
  trackerOf,
} from "../helpers/workerd/live.ts";

/** The table of `live-protocol.md`. */
const TABLE = [
  { file: "room-complete", room: "7309128470994258694", B: 32_983, T: 37, R: 2, confidence: "reconciled" },
  { file: "room-streaks", room: "7289038229041367840", B: 2_844, T: 16, R: 4, confidence: "reconciled" },
  { file: "room-gap", room: "7301028065916160774", B: 23_678, T: 148, R: 7_254, confidence: "reconciled" },
  { file: "room-end", room: "7301028065916160774", B: 23_678, T: 147, R: 7_255, confidence: "reconciled" },
  { file: "room-end", room: "7311980966648564481", B: 0, T: 1, R: 0, confidence: "partial" },
  { file: "room-pause", room: "7300993857827228449", B: 0, T: 0, R: 0, confidence: "partial" },
] as const;
type Row = (typeof TABLE)[number];

/** Recordings that have something to say all the time are also played slowly: so much faster than recorded. */
const SPEED: Partial<Record<Row["room"], number>> = { "7309128470994258694": 8, "7289038229041367840": 40 };

/** Recordings of one room id cannot run side by side, the others can. */
const BY_ROOM = Object.values(Object.groupBy(TABLE, ({ room }) => room)).filter((rows) => rows !== undefined);
const HOSTS = ["host_a", "host_b", "host_c", "host_d", "host_e", "host_f"] as const;

const rooms: Record<string, Record<string, Record<string, { diamonds: Record<string, number | null> }>>> = Object(
  oracle,
);

const expected = ({ file, room, B, T, R, confidence }: Row) => {
  const truth = rooms[file]?.rooms?.[room]?.diamonds;
  return {
    diamonds: B + T + R,
    diamondsBefore: B,
    diamondsTracked: T + R,
    diamondsRecovered: R,
    diamondsByWitness: { streak: truth?.maxPerStreak, delta: truth?.sumOfDeltas, counter: truth?.counterGain },
    confidence,
  };
};

const figures = (session: LiveSessionSummary) => ({
  diamonds: session.diamonds,
  diamondsBefore: session.diamondsBefore,
  diamondsTracked: session.diamondsTracked,
  diamondsRecovered: session.diamondsRecovered,
  diamondsByWitness: session.diamondsByWitness,
  confidence: session.confidence,
});

const addedUp = ({ minutes }: LiveSession): number => minutes.reduce((sum, { diamonds }) => sum + diamonds, 0);

/** One a room: what befalls a hub befalls no other room's test. */
const staff = new Map<string, Agency>();
beforeAll(async () => {
  for (const { room } of TABLE) if (!staff.has(room)) staff.set(room, await agency());
});

/** Plays a recording to a tracked creator's LIVE; `midway` may do what it likes to the objects meanwhile. */
async function play(
  { onTestFinished }: TestContext,
  { file, room }: Row,
  options: Record<string, unknown>,
  midway: (creator: Tracked) => Promise<void> = async () => undefined,
): Promise<{ creator: Tracked; session: LiveSessionSummary }> {
  const host = HOSTS[BY_ROOM.findIndex((rows) => rows[0]?.room === room)] ?? "host_f";
  const creator = await consenting(staff.get(room) ?? (await agency()), host);
  onTestFinished(async () => {
    await switchLive(creator, false);
  });
  await startRoom(host, { kind: "recording", file, roomId: room, ...options });
  await switchLive(creator, true);
  await midway(creator);
  return { creator, session: await sessionThat(creator, ({ state }) => state === "ended", 25) };
}

describe.concurrent.each(BY_ROOM.map((rows) => [rows[0]?.room, rows] as const))("room %s", (_, rows) => {
  for (const row of rows) {
    describe(row.file, { concurrent: false }, () => {
      test("as it was recorded, and the same once it is stored", async (context) => {
        const { creator, session } = await play(context, row, {});
        expect(figures(session)).toEqual(expected(row));
        await until(async () => !(await itemOf(creator)), 5);

        await switchLive(creator, false);
        const stored = await sessionPage(creator.staff, session.id);
        expect(figures(stored)).toEqual(expected(row));
        expect(addedUp(stored)).toBe(stored.diamondsTracked);
        expect(stored).toMatchObject({ roomId: row.room, state: "ended" });
        expect(stored.endedAt).not.toBeNull();
        // All viewers of this window came in after the end: none is sampled.
        if (row.room === "7311980966648564481")
          expect(stored).toMatchObject({ peakViewers: null, averageViewers: null });
      });

      test("with every frame doubled", async (context) => {
        const { session } = await play(context, row, { duplicate: true });
        expect(figures(session)).toEqual(expected(row));
      });

      test("with the order shuffled within 2 s", async (context) => {
        const { session } = await play(context, row, { shuffleMs: 2_000, seed: row.file });
        expect(figures(session)).toEqual(expected(row));
      });

      test("with the tracker and the hub cut off while the line was down, and TikTok resumes", async (context) => {
        const options = { cutAfterMessages: 30, cutLoses: 15 };
        const { creator, session } = await play(context, row, options, async (creator) => {
          await until(async () => {
            const { sent, viewers } = await roomState(row.room);
            return sent >= 30 && viewers === 0;
          });
          for (const object of [trackerOf(creator), hubOf(creator.place)]) await crash(object);
        });
        expect((await roomState(row.room)).connections).toBe(2);
        expect(figures(session)).toEqual(expected(row));
        expect(addedUp(await sessionPage(creator.staff, session.id))).toBe(session.diamondsTracked);
      });

      const speed = SPEED[row.room];
      if (speed)
        test("with the tracker cut off again and again while it listens", async (context) => {
          const options = { speed, endMode: "stay" };
          const { session } = await play(context, row, options, async (creator) => {
            for (const sent of [5, 10, 15]) {
              await until(async () => (await roomState(row.room)).sent >= sent);
              const { connections } = await roomState(row.room);
              await crash(trackerOf(creator));
              // Whoever looks brings the tracker back; left alone, its watchdog does.
              await until(async () => (await sessionsOf(creator)).length > 0);
              await until(async () => (await roomState(row.room)).connections > connections);
            }
            await until(async () => (await roomState(row.room)).done);
            await toRoom(row.room, "end");
          });
          expect(figures(session)).toEqual(expected(row));
        });

      test("with a cut that TikTok does not resume it never says more than the truth, nor less without saying so", async (context) => {
        const { session } = await play(context, row, { resume: false, cutAfterMessages: 60, cutLoses: 40 });
        const { diamonds } = expected(row);
        expect(session.diamonds).toBeLessThanOrEqual(diamonds);
        if (session.confidence !== "partial") expect(session.diamonds).toBe(diamonds);
      });
    });
  }
});
