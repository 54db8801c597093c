import { beforeAll, describe, expect, test } from "vitest";
import { hourCurve, type MinuteCurve, minuteCurves, ROLL_UP_PAGE } from "../../durable/hub/roll-up.ts";
import type { SessionMinute } from "../../durable/webcast/minutes.ts";
import { type Agency, agency } from "../helpers/workerd/agency.ts";
import { databaseOf, sessionPage } from "../helpers/workerd/live.ts";
import { pastLive } from "../helpers/workerd/live-session.ts";
import { runTask } from "../helpers/workerd/purge.ts";
import { rows, run } from "../helpers/workerd/rows.ts";
import { dueAt, type Synced, synced } from "../helpers/workerd/sync.ts";

/** After a month a LIVE is kept by the hour. */

const DAY = 86_400_000;
const HOUR = 3_600_000;

const ACCOUNT = "juno.loops";

/** So many days ago, at a quarter to an hour. */
const daysAgo = (days: number): number => Math.floor((Date.now() - days * DAY) / HOUR) * HOUR - 900_000;

/** An hour of minutes that begins at a quarter to: a gift of 1 in the first, of 2 in the second, … */
const minutesFrom = (startedAt: number): SessionMinute[] =>
  Array.from({ length: 60 }, (_, index) => ({
    at: startedAt + index * 60_000,
    viewers: index < 15 ? 100 : 20,
    diamonds: index + 1,
    state: "covered",
  }));

const liveOf = (home: Agency, { id, connectionId }: Synced, startedAt: number) =>
  pastLive(home, id, connectionId, startedAt, minutesFrom(startedAt));
const tidy = (creator: Synced): Promise<void> => runTask(creator, "tidy", "");
const rowOf = async (home: Agency, id: string) => (await rows(home, "SELECT * FROM live_sessions WHERE id = ?", id))[0];
const due = async ({ place }: Synced): Promise<MinuteCurve[]> =>
  (await minuteCurves(databaseOf(place), Date.now()).all<MinuteCurve>()).results;
const rollUp = ({ place }: Synced, curves: MinuteCurve[]) => {
  const db = databaseOf(place);
  return db.batch(curves.map((curve) => hourCurve(db, curve)));
};

describe("the daily house-keeping", () => {
  let home: Agency;
  let creator: Synced;
  beforeAll(async () => {
    home = await agency();
    creator = await synced(home, ACCOUNT);
  });

  test("rolls up a LIVE of 31 days ago, and leaves one of 29 by the minute", async () => {
    const [old, young] = [daysAgo(31), daysAgo(29)];
    const [oldId, youngId] = [await liveOf(home, creator, old), await liveOf(home, creator, young)];
    const before = await sessionPage(home.browser, oldId);
    expect(before).toMatchObject({ step: 60, minutes: { length: 60 } });
    await tidy(creator);
    const after = await sessionPage(home.browser, oldId);
    expect(after).toEqual({
      ...before,
      step: 3600,
      minutes: [
        { at: new Date(old - 2_700_000).toISOString(), viewers: 100, diamonds: 120, state: "covered" },
        { at: new Date(old + 900_000).toISOString(), viewers: 20, diamonds: 1_710, state: "covered" },
      ],
    });
    expect(await rowOf(home, oldId)).toMatchObject({ curve_step: 3600, minute_count: 2 });
    expect(await sessionPage(home.browser, youngId)).toMatchObject({ step: 60, minutes: { length: 60 } });
  });

  test("changes nothing the second time", async () => {
    const id = await liveOf(home, creator, daysAgo(45));
    await tidy(creator);
    const once = await rowOf(home, id);
    await tidy(creator);
    expect(await rowOf(home, id)).toEqual(once);
    expect(await dueAt(creator, "tidy", "")).toBeNull();
  });

  test("is not held up by a curve that cannot be read: that one is none from then on", async () => {
    const [broken, whole] = [await liveOf(home, creator, daysAgo(50)), await liveOf(home, creator, daysAgo(49))];
    await run(home, "UPDATE live_sessions SET curve = x'09' WHERE id = ?", broken);
    await tidy(creator);
    expect(await rowOf(home, broken)).toMatchObject({ curve: null, curve_step: 3600, minute_count: 0 });
    expect(await rowOf(home, whole)).toMatchObject({ curve_step: 3600, minute_count: 2 });
  });

  test("another tenant's LIVEs are that tenant's own to keep", async () => {
    const other = await agency();
    const theirs = await synced(other, ACCOUNT);
    const id = await liveOf(other, theirs, daysAgo(40));
    await tidy(creator);
    expect(await rowOf(other, id)).toMatchObject({ curve_step: 60 });
  });
});

test("a purge between reading and writing wins: nothing of the LIVE comes back", async () => {
  const home = await agency();
  const creator = await synced(home, ACCOUNT);
  const id = await liveOf(home, creator, daysAgo(31));
  const read = await due(creator);
  expect(read.map((row) => row.id)).toEqual([id]);
  expect((await home.browser.json("DELETE", `/creators/${creator.id}/tiktok`)).status).toBe(200);
  await rollUp(creator, read);
  expect(await rowOf(home, id)).toBeUndefined();
});

test("a LIVE that was written between reading and writing keeps what was written", async () => {
  const home = await agency();
  const creator = await synced(home, ACCOUNT);
  const id = await liveOf(home, creator, daysAgo(31));
  const read = await due(creator);
  await run(home, "UPDATE live_sessions SET diamonds = 9, updated_at = updated_at + 1 WHERE id = ?", id);
  await rollUp(creator, read);
  expect(await rowOf(home, id)).toMatchObject({ diamonds: 9, curve_step: 60, minute_count: 60 });
  await rollUp(creator, await due(creator));
  expect(await rowOf(home, id)).toMatchObject({ diamonds: 9, curve_step: 3600, minute_count: 2 });
});

/** What a copy of a session has in common with it. */
const REST = `state, ended_at, duration_seconds, paused_seconds, diamonds, diamonds_before, diamonds_tracked, diamonds_recovered,
  witness_streak, witness_delta, witness_counter, confidence, confidence_reason, coverage, minute_count, curve, updated_at`;

test("a page reads a page of rows, whatever else the tenant has, and many pages are rolled up in one turn", async () => {
  const home = await agency();
  const creator = await synced(home, ACCOUNT);
  const template = await liveOf(home, creator, daysAgo(60));
  const copies = async (many: number, days: number, step: number): Promise<void> => {
    await run(
      home,
      `INSERT INTO live_sessions (tenant_id, id, creator_id, connection_id, room_id, started_at, curve_step, ${REST})
       SELECT tenant_id, live_sessions.id || ?4 || n.value, creator_id, connection_id, ?4 || n.value, ?2 + n.value, ?3, ${REST}
       FROM live_sessions, json_each(?5) n WHERE live_sessions.id = ?1`,
      template,
      daysAgo(days),
      step,
      `${days}.`,
      JSON.stringify(Array.from({ length: many }, (_, n) => n)),
    );
  };
  await copies(3 * ROLL_UP_PAGE - 1, 50, 60);
  await copies(400, 100, 3600);
  await copies(400, 3, 60);
  const { meta, results } = await minuteCurves(databaseOf(creator.place), Date.now()).run();
  expect(results).toHaveLength(ROLL_UP_PAGE);
  expect(meta.rows_read).toBeLessThanOrEqual(2 * ROLL_UP_PAGE + 5);
  const written = await rollUp(creator, await due(creator));
  expect(written.reduce((sum, one) => sum + one.meta.rows_read, 0)).toBeLessThanOrEqual(2 * ROLL_UP_PAGE);
  await tidy(creator);
  expect(await due(creator)).toEqual([]);
  const [{ young } = { young: 0 }] = await rows(
    home,
    "SELECT count(*) AS young FROM live_sessions WHERE tenant_id = ? AND curve_step = 60",
    home.tenant.id,
  );
  expect(young).toBe(400);
});
