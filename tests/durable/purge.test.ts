import { createScheduledController, env, runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import type { Creator } from "../../domain/records/creator.ts";
import type { Disconnected } from "../../domain/records/tiktok.ts";
import { regionalDatabase } from "../../platform/regions.ts";
import { CRONS } from "../../worker/cron.ts";
import worker from "../../worker/index.ts";
import { type Agency, agency, connect, until } from "../helpers/workerd/agency.ts";
import { refusal } from "../helpers/workerd/answers.ts";
import { fault, hubOf, standingOf } from "../helpers/workerd/live.ts";
import {
  allOf,
  certificatesOf,
  cutAt,
  derivedOf,
  endGrant,
  fillDerived,
  leftOf,
  loseTasks,
  ownOf,
  placesOf,
  renews,
  runTask,
  sealOf,
  syncUnderWay,
  tokensOf,
  waitingRevokes,
} from "../helpers/workerd/purge.ts";
import { listed } from "../helpers/workerd/roster.ts";
import { rows, run } from "../helpers/workerd/rows.ts";
import {
  connectionOf,
  dueAt,
  pretend,
  requestsOf,
  type Synced,
  syncAgain,
  synced,
  tiktokOf,
  videosOf,
} from "../helpers/workerd/sync.ts";

/** Nothing of a creator's TikTok data outlives its connection, wherever the way there was cut. */

const DAY = 86_400_000;

const disconnect = ({ staff, id }: Synced): Promise<Response> => staff.json("DELETE", `/creators/${id}/tiktok`);
const disconnected = async (creator: Synced): Promise<Disconnected> => {
  const answer = await disconnect(creator);
  expect(answer.status).toBe(200);
  return answer.json();
};
const revokedOf = async (creator: Synced) => (await connectionOf(creator)).revoked;
const itemsOf = async ({ staff }: Synced, path: string): Promise<unknown[]> =>
  (await staff.api<{ items: unknown[] }>("GET", path)).items;

/** What no cut may leave behind: no value, no way to it, and one certificate that says what was deleted. */
async function expectPurged(home: Agency, creator: Synced, reason: string, deleted: Disconnected["deleted"]) {
  expect(await leftOf(home, creator)).toEqual([]);
  expect(await placesOf(home)).not.toContain(creator.connectionId);
  const certificates = (await certificatesOf(home)).filter(
    ({ connection_id }) => connection_id === creator.connectionId,
  );
  expect(certificates).toHaveLength(1);
  const [certificate] = certificates;
  expect(certificate?.reason).toBe(reason);
  expect(JSON.parse(certificate?.counts ?? "")).toEqual(deleted);
  const tombstone = await connectionOf(creator);
  expect(tombstone.certificate_id).toBe(certificate?.id);
  expect(tombstone.purged_at).toBeGreaterThanOrEqual(certificate?.completed_at ?? Number.NaN);
  expect(JSON.parse(String(tombstone.deleted_counts))).toEqual(deleted);
  expect(await dueAt(creator, "purge", creator.connectionId)).toBeNull();
}

describe.concurrent("staff disconnect a creator", () => {
  test("everything in the registry is gone; the agency's own, another creator's and another agency's stay", async () => {
    const [home, other] = await Promise.all([agency(), agency()]);
    const account = "moss.and.moor";
    const [creator, neighbour, elsewhere] = await Promise.all([
      synced(home, account),
      synced(home, account),
      synced(other, account),
    ]);
    for (const [whose, one] of [
      [home, creator],
      [home, neighbour],
      [other, elsewhere],
    ] as const)
      await fillDerived(whose, one);
    const before = await derivedOf(home, creator);
    // A table or column that holds nothing here would prove nothing below.
    expect(Object.entries(before).filter(([, count]) => count === 0)).toEqual([]);
    const kept = {
      own: await ownOf(home),
      neighbour: await allOf(home, neighbour),
      other: await allOf(other, elsewhere),
    };

    const { deleted } = await disconnected(creator);
    expect(deleted).toEqual({ videos: before.videos, snapshots: 1, sessions: 1, minutes: 60 });
    await expectPurged(home, creator, "staff", deleted);
    expect({
      own: await ownOf(home),
      neighbour: await allOf(home, neighbour),
      other: await allOf(other, elsewhere),
    }).toEqual(kept);
    expect((await placesOf(home)).concat(await placesOf(other))).toEqual([
      neighbour.connectionId,
      elsewhere.connectionId,
    ]);
  });

  test("from the answer on nothing of it is shown", async () => {
    const home = await agency();
    const creator = await synced(home, "page.ninety");
    await creator.staff.api("PUT", `/creators/${creator.id}/live-tracking`, { enabled: true });
    const { sessionId } = await fillDerived(home, creator);
    const session = () => creator.staff.json("GET", `/live-sessions/${sessionId}`);
    const lists = ["videos", "followers", "live-sessions"].map((list) => `/creators/${creator.id}/${list}`);
    const onRoster = async () => (await listed(creator.staff)).items.map(({ figures }) => figures);
    expect((await session()).status).toBe(200);
    for (const list of lists) expect(await itemsOf(creator, list)).not.toEqual([]);
    expect(await onRoster()).toMatchObject([{ connection: "active", diamonds28d: 1, liveTracking: true }]);

    await disconnected(creator);
    expect(await tiktokOf(creator)).toMatchObject({
      status: "disconnected",
      profile: null,
      metrics: null,
      sync: null,
      scopes: [],
      live: { enabled: false, state: "off", consent: null },
    });
    for (const list of lists) expect(await itemsOf(creator, list)).toEqual([]);
    expect((await session()).status).toBe(404);
    const nothing = { avatarUrl: null, followers: null, diamonds28d: null, liveSeconds28d: null, lastLiveAt: null };
    expect(await onRoster()).toEqual([
      { connection: "disconnected", liveTracking: false, syncError: null, asOf: null, ...nothing },
    ]);
    expect((await creator.staff.api<Creator>("GET", `/creators/${creator.id}`)).figures).toMatchObject(nothing);
  });

  test("a second time is refused and certifies nothing; of two at once one disconnects", async () => {
    const home = await agency();
    const creator = await synced(home, "quiet.drums");
    const answers = await Promise.all([disconnect(creator), disconnect(creator)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await refusal(await disconnect(creator))).toBe("409 not_connected");
    expect(await certificatesOf(home)).toHaveLength(1);
    expect((await connectionOf(creator)).generation).toBe(2);
  });

  test("each certificate says what was deleted, nothing of whom, and seals the one before it", async () => {
    const home = await agency();
    const first = await synced(home, "page.ninety");
    const second = await synced(home, "moss.and.moor");
    const personal: string[] = [];
    for (const creator of [first, second]) {
      const { open_id, union_id, username, display_name, bio } = await connectionOf(creator);
      personal.push(...[open_id, union_id, username, display_name, bio].map(String));
    }
    const since = Date.now();
    const deleted = [(await disconnected(first)).deleted, (await disconnected(second)).deleted];
    const certificates = await certificatesOf(home);
    expect(certificates.map(({ counts }) => JSON.parse(counts))).toEqual(deleted);
    certificates.forEach((certificate, at) => {
      expect(certificate.hash).toBe(sealOf(certificate, certificates[at - 1]));
      const { requested_at, completed_at, due_at, region } = certificate;
      expect(requested_at).toBeGreaterThanOrEqual(since);
      expect(completed_at).toBeGreaterThanOrEqual(requested_at);
      expect({ region, days: (due_at - requested_at) / DAY }).toEqual({ region: "eu", days: 30 });
    });
    const text = JSON.stringify(certificates);
    expect(personal.filter((value) => text.includes(value))).toEqual([]);
  });

  test("the creator may connect again: another connection, figures of its own, another certificate", async () => {
    const home = await agency();
    const first = await synced(home, "page.ninety");
    await disconnected(first);
    await connect(first.staff, first.id, { account: "page.ninety" });
    const again: Synced = { ...first, ...(await standingOf(first)) };
    expect(again.connectionId).not.toBe(first.connectionId);
    await until(async () => (await connectionOf(again)).last_sync_at);
    const fresh = await videosOf(again);
    expect(fresh.length).toBeGreaterThan(0);
    expect((await tiktokOf(again)).status).toBe("active");

    const { deleted } = await disconnected(again);
    expect(deleted).toMatchObject({ videos: fresh.length, snapshots: 1 });
    await expectPurged(home, again, "staff", deleted);
    expect(await certificatesOf(home)).toHaveLength(2);
  });
});

describe.concurrent("TikTok hears of the end", () => {
  test("at once, when it can", async () => {
    const home = await agency();
    const creator = await synced(home, "moss.and.moor");
    const { refresh } = await tokensOf(creator);
    expect((await disconnected(creator)).revoked).toBe(true);
    expect(await renews(refresh)).toBe(false);
    expect(await revokedOf(creator)).toBe("true");
    expect(await waitingRevokes(creator)).toEqual([]);
    expect(await dueAt(creator, "revoke", creator.connectionId)).toBeNull();
  });

  test.for([
    ["500", "host_b"],
    ["nothing", "host_d"],
    ["html", "host_f"],
  ] as const)("later, when it answers %s; the data is gone all the same", async ([kind, account]) => {
    const home = await agency();
    const creator = await synced(home, account);
    const tokens = await tokensOf(creator);
    await fault({ endpoint: "revoke", kind, account, delayMs: 100 });
    const { revoked, deleted } = await disconnected(creator);
    expect(revoked).toBe("pending");
    await expectPurged(home, creator, "staff", deleted);
    expect(await revokedOf(creator)).toBe("pending");
    const waiting = await waitingRevokes(creator);
    expect(waiting.map(({ connection_id }) => connection_id)).toEqual([creator.connectionId]);
    const text = JSON.stringify(waiting);
    expect([tokens.access, tokens.refresh].filter((token) => text.includes(token))).toEqual([]);

    await until(async () => {
      await runTask(creator, "revoke", creator.connectionId);
      return (await revokedOf(creator)) === "true";
    });
    expect(await waitingRevokes(creator)).toEqual([]);
    expect(await dueAt(creator, "revoke", creator.connectionId)).toBeNull();
    expect(await renews(tokens.refresh)).toBe(false);
  });

  test("while it takes its time nobody waits longer than three seconds, and its answer counts", async () => {
    const home = await agency();
    const account = "tiny.gym.tala";
    const creator = await synced(home, account);
    await fault({ endpoint: "revoke", kind: "slow", account, delayMs: 4_000 });
    const asked = Date.now();
    expect((await disconnected(creator)).revoked).toBe("pending");
    expect(Date.now() - asked).toBeLessThan(3_900);
    // No task is needed for it.
    await until(async () => (await dueAt(creator, "revoke", creator.connectionId)) === null);
    expect(await revokedOf(creator)).toBe("true");
    expect(await waitingRevokes(creator)).toEqual([]);
  });

  test("with a token renewed for this alone, when the old one has run out", async () => {
    const home = await agency();
    const creator = await synced(home, "couch.coop");
    await pretend(creator, { access_expires_at: Date.now() - 1 });
    const { access } = await tokensOf(creator);
    expect((await disconnected(creator)).revoked).toBe(true);
    const profile = await fetch(`${env.SIMULATOR_URL}/v2/user/info/?fields=open_id`, {
      headers: { Authorization: `Bearer ${access}` },
    });
    expect(profile.status).toBe(401);
    expect(await waitingRevokes(creator)).toEqual([]);
  });

  test("also when it no longer takes a token that should be good: that says nothing of the grant", async () => {
    const home = await agency();
    const account = "lipstick.ledger";
    const creator = await synced(home, account);
    const { refresh } = await tokensOf(creator);
    await fault({ endpoint: "revoke", kind: "error200", account });
    expect((await disconnected(creator)).revoked).toBe(true);
    expect(await renews(refresh)).toBe(false);
    expect(await waitingRevokes(creator)).toEqual([]);
  });

  test("a grant that is dead already counts as revoked", async () => {
    const home = await agency();
    const creator = await synced(home, "dumpling.dispatch");
    await endGrant(creator);
    expect((await disconnected(creator)).revoked).toBe(true);
    expect(await waitingRevokes(creator)).toEqual([]);
  });

  test("for 30 days at most: then the tokens go, and it is said that TikTok never confirmed", async () => {
    const home = await agency();
    const creator = await synced(home, "colossal.cooper");
    await fault({ endpoint: "revoke", kind: "500", account: "colossal.cooper" });
    expect((await disconnected(creator)).revoked).toBe("pending");
    await runInDurableObject(hubOf(creator.place), (_, { storage }) => {
      storage.sql.exec("UPDATE revokes SET ended_at = ended_at - ?", 30 * DAY + 1);
    });
    await runTask(creator, "revoke", creator.connectionId);
    expect(await revokedOf(creator)).toBe("false");
    expect(await waitingRevokes(creator)).toEqual([]);
  });
});

describe.concurrent("a sync that is under way when the connection ends", () => {
  test.for([
    ["user_info", "host_a"],
    ["video_list", "host_c"],
  ] as const)("writes nothing any more when it was waiting for %s", async ([endpoint, account]) => {
    const home = await agency();
    const creator = await synced(home, account);
    // TikTok does not hear of the end, so that it answers what it was asked.
    await fault({ endpoint: "revoke", kind: "500", account });
    const sync = await syncUnderWay(creator, endpoint, account, 2_000);
    const { deleted } = await disconnected(creator);
    expect(sync.over()).toBe(false);
    const tombstone = await connectionOf(creator);
    await sync.end;
    await expectPurged(home, creator, "staff", deleted);
    expect(await connectionOf(creator)).toEqual(tombstone);
    expect(await dueAt(creator, "sync", creator.connectionId)).toBeNull();
    expect((await tiktokOf(creator)).status).toBe("disconnected");
  });

  test("writes nothing under the connection that was made meanwhile", async () => {
    const home = await agency();
    const old = await synced(home, "host_e");
    await fault({ endpoint: "revoke", kind: "500", account: "host_e" });
    const sync = await syncUnderWay(old, "video_list", "host_e", 5_000);
    const { deleted } = await disconnected(old);
    await connect(old.staff, old.id, { account: "host_e" });
    const made: Synced = { ...old, ...(await standingOf(old)) };
    await until(async () => (await connectionOf(made)).last_sync_at);
    expect(sync.over()).toBe(false);
    const fresh = await allOf(home, made);
    await sync.end;
    expect(await allOf(home, made)).toEqual(fresh);
    for (const table of ["videos", "snapshots"]) {
      const ids = fresh[table]?.map((row) => row.connection_id);
      expect([...new Set(ids)]).toEqual([made.connectionId]);
    }
    expect(await connectionOf(old)).toMatchObject({ open_id: null, last_sync_at: null, sync_error: null });
    const [certificate] = await certificatesOf(home);
    expect(JSON.parse(certificate?.counts ?? "")).toEqual(deleted);
  });
});

describe.concurrent("an end that was cut", () => {
  const region = (home: Agency) => regionalDatabase(env, home.tenant.region);
  const cuts = {
    "before its rows are deleted": (home: Agency, { connectionId }: Synced) =>
      cutAt(region(home), `DELETE ON videos WHEN old.connection_id = '${connectionId}'`),
    "before the directory forgets it": (_: Agency, { connectionId }: Synced) =>
      cutAt(env.DIRECTORY, `DELETE ON accounts WHEN old.connection_id = '${connectionId}'`),
    "before it is certified": (_: Agency, { connectionId }: Synced) =>
      cutAt(env.DIRECTORY, `INSERT ON certificates WHEN new.connection_id = '${connectionId}'`),
    "before the certificate is noted": (home: Agency, { connectionId }: Synced) =>
      cutAt(region(home), `UPDATE OF purged_at ON connections WHEN new.id = '${connectionId}'`),
  };

  test.for(Object.entries(cuts))("%s is finished by the purge's task", async ([, cut]) => {
    const home = await agency();
    const creator = await synced(home, "thread.count");
    await fillDerived(home, creator);
    const { videos = 0 } = await derivedOf(home, creator);
    const deleted = { videos, snapshots: 1, sessions: 1, minutes: 60 };
    const mend = await cut(home, creator);

    const answer = await disconnect(creator);
    expect(await answer.json()).toMatchObject({ status: "disconnected", deleted });
    // Hidden at once, though rows may lie there until the task is through.
    for (const list of ["videos", "followers", "live-sessions"])
      expect(await creator.staff.api("GET", `/creators/${creator.id}/${list}`), list).toMatchObject({ items: [] });
    expect(await tiktokOf(creator)).toMatchObject({ status: "disconnected", profile: null, metrics: null });
    expect((await creator.staff.api<Creator>("GET", `/creators/${creator.id}`)).figures.followers).toBeNull();
    // As long as it does not go on, it is tried again.
    await runTask(creator, "purge", creator.connectionId);
    expect(await dueAt(creator, "purge", creator.connectionId)).toBeGreaterThan(Date.now());
    expect((await connectionOf(creator)).purged_at).toBeNull();

    await mend();
    await runTask(creator, "purge", creator.connectionId);
    await expectPurged(home, creator, "staff", deleted);

    const done = { row: await connectionOf(creator), certificates: await certificatesOf(home) };
    await runTask(creator, "purge", creator.connectionId);
    expect({ row: await connectionOf(creator), certificates: await certificatesOf(home) }).toEqual(done);
  });
});

describe.concurrent("without staff's doing", () => {
  test("a grant that died before its time was taken back: purged and certified", async () => {
    const home = await agency();
    const creator = await synced(home, "blank.slate");
    await fillDerived(home, creator);
    await pretend(creator, { sync_error: null });
    await endGrant(creator);
    const revokes = await requestsOf("blank.slate", "revoke", () => syncAgain(creator));
    expect((await tiktokOf(creator)).status).toBe("revoked");
    await expectPurged(home, creator, "revoked_at_tiktok", { videos: 0, snapshots: 1, sessions: 1, minutes: 60 });
    // TikTok knows: it said so.
    expect({ revokes, revoked: await revokedOf(creator) }).toEqual({ revokes: [], revoked: "true" });
    expect(await waitingRevokes(creator)).toEqual([]);
  });

  test("one that ran out of its own days keeps everything for 30 days, renewed or not", async () => {
    const home = await agency();
    const account = "nameless.wren";
    const [renewed, forgotten] = await Promise.all([synced(home, account), synced(home, account)]);
    for (const creator of [renewed, forgotten]) {
      await endGrant(creator);
      await pretend(creator, { refresh_expires_at: Date.now() - 1 });
      const { videos } = await derivedOf(home, creator);
      await syncAgain(creator);
      expect((await tiktokOf(creator)).status).toBe("expired");
      expect((await derivedOf(home, creator)).videos).toBe(videos);
      const due = Number((await connectionOf(creator)).purge_due_at);
      expect(Math.abs(due - Date.now() - 30 * DAY)).toBeLessThan(60_000);
      expect(await dueAt(creator, "expire", creator.connectionId)).toBe(due);
    }
    const before = await videosOf(renewed);
    await connect(renewed.staff, renewed.id, { account });
    expect((await standingOf(renewed)).connectionId).toBe(renewed.connectionId);
    expect((await connectionOf(renewed)).purge_due_at).toBeNull();
    expect((await videosOf(renewed)).map(({ id }) => id)).toEqual(before.map(({ id }) => id));

    // The day comes, for both.
    for (const creator of [renewed, forgotten]) await runTask(creator, "expire", creator.connectionId);
    expect((await tiktokOf(renewed)).status).toBe("active");
    expect((await videosOf(renewed)).length).toBe(before.length);
    await expectPurged(home, forgotten, "expired", { videos: before.length, snapshots: 1, sessions: 0, minutes: 0 });
    expect(await revokedOf(forgotten)).toBe("true");
  });
});

describe("the daily cron finds what a lost alarm forgot", () => {
  let home: Agency;
  let cut: Synced;
  let expired: Synced;
  let refresh: string;
  let videos: number;
  beforeAll(async () => {
    home = await agency();
    [cut, expired] = await Promise.all([synced(home, "moss.and.moor"), synced(home, "page.ninety")]);
    ({ refresh } = await tokensOf(cut));
    // As a crash leaves it right after the end was written: hidden, nothing deleted, nobody told.
    await fillDerived(home, cut);
    videos = (await derivedOf(home, cut)).videos ?? 0;
    await run(
      home,
      `UPDATE connections SET status = 'disconnected', generation = generation + 1, ended_at = ?3, end_reason = 'creator',
         purge_due_at = ?3 + 1, revoked = 'pending' WHERE tenant_id = ?1 AND id = ?2`,
      home.tenant.id,
      cut.connectionId,
      Date.now(),
    );
    await run(
      home,
      "UPDATE creators SET connection_status = 'disconnected', avatar_url = NULL, followers = NULL, diamonds_28d = NULL, live_seconds_28d = NULL, last_live_at = NULL, sync_error = NULL, figures_at = NULL WHERE id = ?",
      cut.id,
    );
    await endGrant(expired);
    await pretend(expired, { status: "expired", purge_due_at: Date.now() - 1 });
    await loseTasks(cut);
    await worker.scheduled(createScheduledController({ cron: CRONS.daily, scheduledTime: new Date() }), env);
    await until(async () => {
      const open = await rows(
        home,
        "SELECT 1 FROM connections WHERE tenant_id = ? AND (purged_at IS NULL OR revoked = 'pending')",
        home.tenant.id,
      );
      return open.length === 0;
    });
  });

  test("a purge that nobody finished, and a revoke that nobody asked", async () => {
    await expectPurged(home, cut, "creator", { videos, snapshots: 1, sessions: 1, minutes: 60 });
    expect(await renews(refresh)).toBe(false);
    expect(await revokedOf(cut)).toBe("true");
    expect(await waitingRevokes(cut)).toEqual([]);
  });

  test("an expired connection whose 30 days are over", async () => {
    expect((await connectionOf(expired)).end_reason).toBe("expired");
    expect(await leftOf(home, expired)).toEqual([]);
  });

  test("and seals one certificate after the other, however many end at once", async () => {
    const certificates = await certificatesOf(home);
    expect(certificates).toHaveLength(2);
    expect(certificates.map(({ hash }) => hash)).toEqual(
      certificates.map((certificate, at) => sealOf(certificate, certificates[at - 1])),
    );
  });
});
