import { evictDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, type TestContext, test } from "vitest";
import type { LiveSession, LiveSessionSummary } from "../../domain/records/tiktok.ts";
import oracle from "../fixtures/live/oracle.json";
import { type Agency, agency, until } from "../helpers/workerd/agency.ts";
import {
  consenting,
  hubOf,
  liveNow,
  roomState,
  sessionPage,
  sessionThat,
  startRoom,
  switchLive,
  type Tracked,
  trackerOf,
} from "../helpers/workerd/live.ts";

/** The table of `live-protocol.md`, and how much faster than recorded a window takes three seconds or so. */
const TABLE = [
  { file: "room-complete", room: "7309128470994258694", B: 32_983, T: 37, R: 2, confidence: "reconciled", speed: 25 },
  { file: "room-streaks", room: "7289038229041367840", B: 2_844, T: 16, R: 4, confidence: "reconciled", speed: 120 },
  {
    file: "room-gap",
    room: "7301028065916160774",
    B: 23_678,
    T: 148,
    R: 7_254,
    confidence: "reconciled",
    speed: 1_300,
  },
  {
    file: "room-end",
    room: "7301028065916160774",
    B: 23_678,
    T: 147,
    R: 7_255,
    confidence: "reconciled",
    speed: 1_300,
  },
  { file: "room-end", room: "7311980966648564481", B: 0, T: 1, R: 0, confidence: "partial", speed: 3_000 },
  { file: "room-pause", room: "7300993857827228449", B: 0, T: 0, R: 0, confidence: "partial", speed: 900 },
] as const;
type Row = (typeof TABLE)[number];

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

let staff: Agency;
beforeAll(async () => {
  staff = await agency();
});

/** Plays a recording to a tracked creator's LIVE; `midway` may do what it likes to the objects meanwhile. */
async function play(
  { onTestFinished }: TestContext,
  { file, room }: Row,
  options: Record<string, unknown>,
  midway: (creator: Tracked) => Promise<void> = async () => undefined,
): Promise<{ creator: Tracked; session: LiveSessionSummary }> {
  const host = HOSTS[BY_ROOM.findIndex((rows) => rows[0]?.room === room)] ?? "host_f";
  const creator = await consenting(staff, host);
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
        expect((await liveNow(creator.staff)).items.find(({ creatorId }) => creatorId === creator.id)).toBeUndefined();

        await switchLive(creator, false);
        const stored = await sessionPage(creator.staff, session.id);
        expect(figures(stored)).toEqual(expected(row));
        expect(addedUp(stored)).toBe(stored.diamondsTracked);
        expect(stored).toMatchObject({ roomId: row.room, state: "ended" });
        expect(stored.endedAt).not.toBeNull();
      });

      test("with every frame doubled", async (context) => {
        const { session } = await play(context, row, { duplicate: true });
        expect(figures(session)).toEqual(expected(row));
      });

      test.for(["1", "2"])("with the order shuffled within 2 s, seed %s", async (seed, context) => {
        const { session } = await play(context, row, { shuffleMs: 2_000, seed });
        expect(figures(session)).toEqual(expected(row));
      });

      test("with the tracker and the hub evicted on the way, while TikTok resumes", async (context) => {
        const { creator, session } = await play(
          context,
          row,
          { speed: row.speed, autostart: false },
          async (creator) => {
            for (const share of [0.2, 0.4, 0.6]) {
              await until(async () => (await roomState(row.room)).sent >= share * 50);
              await evictDurableObject(trackerOf(creator));
              if (share === 0.4) await evictDurableObject(hubOf(creator.place));
              // Whoever looks brings the tracker back; left alone, its watchdog does.
              await sessionThat(creator, () => true);
            }
          },
        );
        expect((await roomState(row.room)).connections).toBeGreaterThan(1);
        expect(figures(session)).toEqual(expected(row));
        expect(addedUp(await sessionPage(creator.staff, session.id))).toBe(session.diamondsTracked);
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
