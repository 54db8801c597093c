import { env, runInDurableObject } from "cloudflare:test";
import { getTableName } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import type { Disconnected } from "../../domain/records/tiktok.ts";
import { hubContext } from "../../durable/hub/context.ts";
import { endConnection } from "../../durable/hub/disconnect.ts";
import { OWN_COLUMNS, TIKTOK_COLUMNS, TIKTOK_ROWS } from "../../platform/db/derived.ts";
import { sha256Hex } from "../../platform/hash.ts";
import { CRONS, scheduled } from "../../worker/cron.ts";
import { type Agency, agency, connect, simulator, until } from "../helpers/workerd/agency.ts";
import { crash, databaseOf, fault, hubOf } from "../helpers/workerd/live.ts";
import {
  connectionOf,
  dueAt,
  pretend,
  requestsOf,
  ring,
  type Synced,
  synced,
  tiktokOf,
  videosOf,
} from "../helpers/workerd/sync.ts";

let staff: Agency;
beforeAll(async () => {
  staff = await agency();
});

const DAY = 86_400_000;

const disconnect = ({ staff, id }: Synced): Promise<Disconnected> => staff.api("DELETE", `/creators/${id}/tiktok`);

const rowOf = async (creator: Synced, table: string, where = "creator_id"): Promise<Record<string, unknown>[]> =>
  (
    await databaseOf(creator.place)
      .sql(`SELECT * FROM ${table} WHERE tenant_id = ?1 AND ${where} = ?2`, creator.id)
      .all<Record<string, unknown>>()
  ).results;

/** Everything that a purge must find: a row in each table of the registry, a value in each of its columns. */
async function fill(creator: Synced): Promise<void> {
  const db = databaseOf(creator.place);
  const now = Date.now();
  await db
    .sql(
      `INSERT INTO live_sessions (tenant_id, id, creator_id, connection_id, room_id, state, started_at, ended_at, duration_seconds,
         paused_seconds, diamonds, diamonds_before, diamonds_tracked, diamonds_recovered, witness_streak, witness_delta, confidence,
         confidence_reason, coverage, minute_count, updated_at)
       VALUES (?1, ?2, ?3, ?4, '7000000000000000009', 'ended', ?5, ?5, 60, 0, 9, 0, 9, 0, 9, 9, 'exact', '', 1, 3, ?5)`,
      `ls_${creator.id.slice(3)}`,
      creator.id,
      creator.connectionId,
      now,
    )
    .run();
  for (const [source, connectionId] of [
    ["live", creator.connectionId],
    ["import", null],
  ] as const) {
    await db
      .sql(
        `INSERT INTO creator_days (tenant_id, creator_id, day, source, connection_id, diamonds, live_seconds, updated_at)
         VALUES (?1, ?2, '2026-11-01', ?3, ?4, 9, 60, ?5)`,
        creator.id,
        source,
        connectionId,
        now,
      )
      .run();
  }
  const filled = (columns: readonly string[]) =>
    columns.map((column) => `${column} = coalesce(${column}, 1)`).join(", ");
  await db.batch([
    db.sql(`UPDATE creators SET ${filled(TIKTOK_COLUMNS.creators)} WHERE tenant_id = ?1 AND id = ?2`, creator.id),
    db.sql(
      `UPDATE connections SET ${filled(TIKTOK_COLUMNS.connections)} WHERE tenant_id = ?1 AND id = ?2`,
      creator.connectionId,
    ),
    db.sql(
      `UPDATE oauth_trips SET ${filled(TIKTOK_COLUMNS.oauth_trips)} WHERE tenant_id = ?1 AND connection_id = ?2`,
      creator.connectionId,
    ),
  ]);
}

/** What of the registry is left. */
async function leftOf(creator: Synced): Promise<string[]> {
  const left: string[] = [];
  for (const table of Object.values(TIKTOK_ROWS).map(getTableName)) {
    const rows = await rowOf(creator, table);
    if (rows.some((row) => row.source === undefined || row.source === "live" || row.source === "api")) left.push(table);
  }
  const rows = {
    creators: await rowOf(creator, "creators", "id"),
    connections: await rowOf(creator, "connections"),
    oauth_trips: (
      await databaseOf(creator.place)
        .sql("SELECT * FROM oauth_trips WHERE tenant_id = ?1 AND connection_id = ?2", creator.connectionId)
        .all<Record<string, unknown>>()
    ).results,
  };
  for (const [table, columns] of Object.entries(TIKTOK_COLUMNS)) {
    for (const column of columns)
      if (rows[table as keyof typeof rows].some((row) => row[column] !== null)) left.push(`${table}.${column}`);
  }
  return left;
}

const everything = [
  ...Object.values(TIKTOK_ROWS).map(getTableName),
  ...Object.entries(TIKTOK_COLUMNS).flatMap(([table, columns]) => columns.map((column) => `${table}.${column}`)),
];

const certificatesOf = async (tenantId: string): Promise<Record<string, unknown>[]> =>
  (
    await env.DIRECTORY.prepare("SELECT * FROM certificates WHERE tenant_id = ? ORDER BY completed_at, id")
      .bind(tenantId)
      .all<Record<string, unknown>>()
  ).results;

const accountsOf = async ({ connectionId }: Synced): Promise<number> =>
  (await env.DIRECTORY.prepare("SELECT count(*) AS n FROM accounts WHERE connection_id = ?")
    .bind(connectionId)
    .first<number>("n")) ?? 0;

const waitingRevokes = ({ place }: Synced): Promise<unknown[]> =>
  runInDurableObject(hubOf(place), (_, { storage }) => storage.sql.exec("SELECT * FROM revokes").toArray());

describe("a purge", () => {
  test("deletes everything of the registry, keeps the agency's own, and certifies it", async () => {
    const creator = await synced(staff, "mira.folds");
    await fill(creator);
    expect((await leftOf(creator)).toSorted()).toEqual(everything.toSorted());
    const [before] = await rowOf(creator, "creators", "id");
    const videos = (await videosOf(creator)).length;
    const openId = (await tiktokOf(creator)).profile?.openId ?? "";
    expect(await accountsOf(creator)).toBe(1);

    const answer = await disconnect(creator);
    expect(answer).toEqual({
      status: "disconnected",
      revoked: true,
      deleted: { videos, snapshots: 1, sessions: 1, minutes: 3 },
    });
    expect(await leftOf(creator)).toEqual([]);
    expect(await accountsOf(creator)).toBe(0);
    const [after] = await rowOf(creator, "creators", "id");
    const changed = OWN_COLUMNS.creators.filter((column) => before?.[column] !== after?.[column]);
    // The first two say that the connection is over; the key is worked out of the followers.
    expect(changed.toSorted()).toEqual(["connection_status", "followers_key"]);
    expect((await rowOf(creator, "creator_days")).map(({ source }) => source)).toEqual(["import"]);

    const connection = await connectionOf(creator);
    const certificate = (await certificatesOf(creator.place.tenantId)).at(-1);
    expect(certificate).toMatchObject({
      id: connection.certificate_id,
      connection_id: creator.connectionId,
      reason: "staff",
      counts: JSON.stringify(answer.deleted),
    });
    expect(Number(certificate?.due_at) - Number(certificate?.requested_at)).toBe(30 * DAY);
    const words = JSON.stringify([certificate, connection]);
    for (const personal of ["mira.folds", "Mira", "Foldstr", openId, "http"]) expect(words).not.toContain(personal);
  });

  test("is asked for once: a second DELETE is told that there is nothing to disconnect", async () => {
    const creator = await synced(staff, "noor.kitchenlab");
    await disconnect(creator);
    const second = await creator.staff.json("DELETE", `/creators/${creator.id}/tiktok`);
    expect(second.status).toBe(409);
    expect(await second.json()).toMatchObject({ code: "not_connected" });
  });

  test("that was cut after its first step is finished by the daily cron", async () => {
    const creator = await synced(staff, "juno.loops");
    await fill(creator);
    await endConnection(hubContext(env, creator.place), creator.connectionId, "disconnected", "staff");
    await crash(hubOf(creator.place));
    // Hidden at once, deleted not yet.
    expect((await tiktokOf(creator)).status).toBe("disconnected");
    expect(await leftOf(creator)).toContain("videos");

    await scheduled(env, CRONS.daily);
    await until(async () => (await connectionOf(creator)).purged_at !== null);
    expect(await leftOf(creator)).toEqual([]);
    await until(async () => (await connectionOf(creator)).revoked === "true");
    expect(await waitingRevokes(creator)).toEqual([]);
  });

  test("that cannot write its certificate is finished later, with what it counted first", async () => {
    const creator = await synced(staff, "otto.kettlebell");
    const videos = (await videosOf(creator)).length;
    await env.DIRECTORY.exec("ALTER TABLE certificates RENAME TO certificates_away");
    await creator.staff.json("DELETE", `/creators/${creator.id}/tiktok`);
    expect(await leftOf(creator)).toEqual([]);
    expect((await connectionOf(creator)).purged_at).toBeNull();
    await env.DIRECTORY.exec("ALTER TABLE certificates_away RENAME TO certificates");

    await ring(creator, "purge", creator.connectionId);
    expect((await connectionOf(creator)).purged_at).not.toBeNull();
    const certificate = (await certificatesOf(creator.place.tenantId)).find(
      ({ connection_id }) => connection_id === creator.connectionId,
    );
    expect(certificate?.counts).toBe(JSON.stringify({ videos, snapshots: 1, sessions: 0, minutes: 0 }));
    expect(await dueAt(creator, "purge", creator.connectionId)).toBeNull();
  });

  test("leaves a connection that was made anew alone", async () => {
    const creator = await synced(staff, "zeynep.solders");
    await disconnect(creator);
    await connect(creator.staff, creator.id, { account: "zeynep.solders" });
    await until(async () => (await tiktokOf(creator)).sync?.lastAt);
    const videos = await videosOf(creator);
    expect(videos.length).toBeGreaterThan(0);
    // The old one's purge once more, as after a crash.
    await pretend(creator, { purged_at: null });
    await scheduled(env, CRONS.daily);
    await until(async () => (await connectionOf(creator)).purged_at !== null);
    expect(await videosOf(creator)).toEqual(videos);
    expect((await tiktokOf(creator)).status).toBe("active");
  });

  test("each certificate seals the one before it, also of two that end at once", async () => {
    const own = await agency("eu");
    const creators = [
      await synced(own, "wanderpiet"),
      await synced(own, "glowbyamara"),
      await synced(own, "clay.tomoko"),
    ];
    await Promise.all(creators.map(disconnect));
    const certificates = await certificatesOf(own.tenant.id);
    expect(certificates).toHaveLength(3);
    let previous = "";
    for (const one of certificates) {
      const said = [
        "id",
        "tenant_id",
        "region",
        "connection_id",
        "reason",
        "requested_at",
        "completed_at",
        "due_at",
        "counts",
      ];
      expect(one.hash).toBe(sha256Hex(JSON.stringify([previous, ...said.map((column) => one[column])])));
      previous = String(one.hash);
    }
  });
});

describe("the revoke", () => {
  test("that fails is pending, is tried again, and its sealed tokens leave the hub with it", async () => {
    const creator = await synced(staff, "pixel.bastian");
    await fault({ endpoint: "revoke", kind: "500", account: "pixel.bastian" });
    expect((await disconnect(creator)).revoked).toBe("pending");
    expect(await connectionOf(creator)).toMatchObject({ revoked: "pending", access_token: null, refresh_token: null });
    const [waiting] = await waitingRevokes(creator);
    expect(JSON.stringify(waiting)).not.toMatch(/act\.|rft\./);
    await ring(creator, "revoke", creator.connectionId);
    expect((await connectionOf(creator)).revoked).toBe("true");
    expect(await waitingRevokes(creator)).toEqual([]);
  });

  test("that takes long keeps nobody waiting", async () => {
    const creator = await synced(staff, "margin.notes");
    await fault({ endpoint: "revoke", kind: "slow", account: "margin.notes", delayMs: 4_000 });
    const began = Date.now();
    expect((await disconnect(creator)).revoked).toBe("pending");
    expect(Date.now() - began).toBeLessThan(3_800);
    await until(async () => (await connectionOf(creator)).revoked === "true");
  });

  test("needs a token that lives: an old one is renewed for it", async () => {
    const creator = await synced(staff, "rooftop.reem");
    await pretend(creator, { access_expires_at: 0 });
    const refreshes = await requestsOf("rooftop.reem", "refresh", async () => {
      expect((await disconnect(creator)).revoked).toBe(true);
    });
    expect(refreshes).toEqual([200]);
  });

  test("of a grant that is dead already is done", async () => {
    const creator = await synced(staff, "sunday.paella");
    await simulator("POST", "/accounts/sunday.paella/remove", { reason: 1 });
    expect((await disconnect(creator)).revoked).toBe(true);
  });

  test("that TikTok never confirms is given up when the promise's days are over", async () => {
    const creator = await synced(staff, "brassneck.bea");
    await fault({ endpoint: "revoke", kind: "500", account: "brassneck.bea", times: 5 });
    await disconnect(creator);
    await runInDurableObject(hubOf(creator.place), (_, { storage }) => {
      storage.sql.exec(
        "UPDATE revokes SET ended_at = ? WHERE connection_id = ?",
        Date.now() - 31 * DAY,
        creator.connectionId,
      );
    });
    await ring(creator, "revoke", creator.connectionId);
    expect((await connectionOf(creator)).revoked).toBe("false");
    expect(await waitingRevokes(creator)).toEqual([]);
  });
});

describe("the daily cron", () => {
  test("sets an alarm that was lost, with its tasks", async () => {
    const creator = await synced(staff, "stairs.only");
    await runInDurableObject(hubOf(creator.place), async (_, { storage }) => {
      storage.sql.exec("DELETE FROM tasks");
      await storage.deleteAlarm();
    });
    await scheduled(env, CRONS.daily);
    for (const [kind, subject] of [
      ["sync", creator.connectionId],
      ["live", creator.id],
    ] as const)
      expect(await dueAt(creator, kind, subject)).not.toBeNull();
    expect(await runInDurableObject(hubOf(creator.place), (_, { storage }) => storage.getAlarm())).not.toBeNull();
  });

  test("finds an expired connection that nobody renewed in its 30 days", async () => {
    const creator = await synced(staff, "debug.dalia");
    await pretend(creator, { status: "expired", purge_due_at: Date.now() - 1 });
    await scheduled(env, CRONS.daily);
    await until(async () => (await connectionOf(creator)).purged_at !== null);
    expect(await leftOf(creator)).toEqual([]);
  });
});

test("news of a removal that is older than the connection is ignored, newer news ends it", async () => {
  const creator = await synced(staff, "ferry.hours");
  const connectedAt = Number((await connectionOf(creator)).connected_at);
  await hubOf(creator.place).authorizationRemoved(creator.connectionId, connectedAt - 5_000, "tiktok_disconnected");
  expect((await tiktokOf(creator)).status).toBe("active");
  await hubOf(creator.place).authorizationRemoved(creator.connectionId, connectedAt + 5_000, "tiktok_disconnected");
  expect((await tiktokOf(creator)).status).toBe("revoked");
  expect(await leftOf(creator)).toEqual([]);
});
