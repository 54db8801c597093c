import { beforeAll, describe, expect, type TestContext, test } from "vitest";
import type { LiveSessionSummary } from "../../domain/records/tiktok.ts";
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
import { addedUp, expectedOf, figuresOf, RECORDED, type RecordedRoom } from "../helpers/workerd/recordings.ts";

/** Recordings that have something to say all the time are also played slowly: so much faster than recorded. */
const SPEED: Partial<Record<RecordedRoom["room"], number>> = { "7309128470994258694": 8, "7289038229041367840": 40 };

/** Recordings of one room id cannot run side by side, the others can. */
const BY_ROOM = Object.values(Object.groupBy(RECORDED, ({ room }) => room)).filter((rows) => rows !== undefined);
const HOSTS = ["host_a", "host_b", "host_c", "host_d", "host_e", "host_f"] as const;

/** One a room: what befalls a hub befalls no other room's test. */
const staff = new Map<string, Agency>();
beforeAll(async () => {
  for (const { room } of RECORDED) if (!staff.has(room)) staff.set(room, await agency());
});

/** Plays a recording to a tracked creator's LIVE; `midway` may do what it likes to the objects meanwhile. */
async function play(
  { onTestFinished }: TestContext,
  { file, room }: RecordedRoom,
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
        expect(figuresOf(session)).toEqual(expectedOf(row));
        await until(async () => !(await itemOf(creator)), 5);

        await switchLive(creator, false);
        const stored = await sessionPage(creator.staff, session.id);
        expect(figuresOf(stored)).toEqual(expectedOf(row));
        expect(addedUp(stored)).toBe(stored.diamondsTracked);
        expect(stored).toMatchObject({ roomId: row.room, state: "ended" });
        expect(stored.endedAt).not.toBeNull();
        // All viewers of this window came in after the end: none is sampled.
        if (row.room === "7311980966648564481")
          expect(stored).toMatchObject({ peakViewers: null, averageViewers: null });
      });

      test("with every frame doubled", async (context) => {
        const { session } = await play(context, row, { duplicate: true });
        expect(figuresOf(session)).toEqual(expectedOf(row));
      });

      test("with the order shuffled within 2 s", async (context) => {
        const { session } = await play(context, row, { shuffleMs: 2_000, seed: row.file });
        expect(figuresOf(session)).toEqual(expectedOf(row));
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
        expect(figuresOf(session)).toEqual(expectedOf(row));
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
          expect(figuresOf(session)).toEqual(expectedOf(row));
        });

      test("with a cut that TikTok does not resume it never says more than the truth, nor less without saying so", async (context) => {
        const { session } = await play(context, row, { resume: false, cutAfterMessages: 60, cutLoses: 40 });
        const { diamonds } = expectedOf(row);
        expect(session.diamonds).toBeLessThanOrEqual(diamonds);
        if (session.confidence !== "partial") expect(session.diamonds).toBe(diamonds);
      });
    });
  }
});
