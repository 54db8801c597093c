import { env, runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { resealObject, type SealedPlace } from "../../durable/kit/reseal.ts";
import { loginGate } from "../../durable/kit/stubs.ts";
import { createVault, withNewKey } from "../../platform/vault.ts";
import { type Agency, agency, unique, until } from "../helpers/workerd/agency.ts";
import { databaseOf, fault, hubOf } from "../helpers/workerd/live.ts";
import { connectionOf, dueAt, pretend, requestsOf, type Synced, syncAgain, synced } from "../helpers/workerd/sync.ts";

let staff: Agency;
beforeAll(async () => {
  staff = await agency("me");
});

const vault = createVault(env.TOKEN_KEYS);
const contextOf = ({ place, connectionId }: Synced, purpose: "access_token" | "refresh_token") => ({
  tenant: place.tenantId,
  record: connectionId,
  purpose,
});

/** The same secret in a new envelope: what a change of keys does to a row. */
async function sealAnew(creator: Synced): Promise<void> {
  const row = await connectionOf(creator);
  for (const purpose of ["access_token", "refresh_token"] as const) {
    const context = contextOf(creator, purpose);
    const anew = await vault.seal(await vault.open(String(row[purpose]), context), context);
    await pretend(creator, { [purpose]: anew });
  }
}

describe("a connection whose tokens are sealed anew", () => {
  test("while TikTok renews them keeps the renewed pair, and goes on with it", async () => {
    const creator = await synced(staff, "mira.folds");
    const before = await connectionOf(creator);
    await pretend(creator, { access_expires_at: 0 });
    await fault({ endpoint: "refresh", kind: "slow", account: "mira.folds", delayMs: 800 });
    const syncing = syncAgain(creator);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await sealAnew(creator);
    expect((await connectionOf(creator)).access_expires_at).toBe(0);
    await syncing;
    const after = await connectionOf(creator);
    expect(after).toMatchObject({ status: "active", sync_error: null });
    const refreshOf = (row: Record<string, unknown>) =>
      vault.open(String(row.refresh_token), contextOf(creator, "refresh_token"));
    expect(await refreshOf(after)).not.toBe(await refreshOf(before));
    // The one that is stored is the one that TikTok takes.
    await pretend(creator, { access_expires_at: 0 });
    expect(await requestsOf("mira.folds", "refresh", () => syncAgain(creator))).toEqual([200]);
  });

  test("with a key that is missing waits for it: nobody has to connect again", async () => {
    const creator = await synced(staff, "noor.kitchenlab");
    const before = await connectionOf(creator);
    const gone = createVault(withNewKey("", Date.now()).ring);
    const token = await vault.open(String(before.access_token), contextOf(creator, "access_token"));
    await pretend(creator, { access_token: await gone.seal(token, contextOf(creator, "access_token")) });
    await syncAgain(creator);
    expect(await connectionOf(creator)).toMatchObject({
      status: "active",
      ended_at: null,
      refresh_token: before.refresh_token,
    });
    expect(await dueAt(creator, "sync", creator.connectionId)).toBeLessThan(Date.now() + 120_000);
    await pretend(creator, { access_token: String(before.access_token), last_sync_at: 0 });
    await syncAgain(creator);
    expect((await connectionOf(creator)).last_sync_at).toBeGreaterThan(0);
  });
});

describe("what an object keeps sealed", () => {
  test("is told with the key that sealed it, as tokens that wait for TikTok to hear of the end", async () => {
    const creator = await synced(staff, "juno.loops");
    await fault({ endpoint: "revoke", kind: "500", account: "juno.loops" });
    await creator.staff.api("DELETE", `/creators/${creator.id}/tiktok`);
    const row = await databaseOf(creator.place)
      .sql("SELECT revoked FROM connections WHERE tenant_id = ?1 AND id = ?2", creator.connectionId)
      .first();
    expect(row).toEqual({ revoked: "pending" });
    expect(await hubOf(creator.place).wake()).toMatchObject({ sealedWith: { [vault.activeKeyId]: 2 } });
    await until(async () => Object.keys((await hubOf(creator.place).wake()).sealedWith).length === 0);
  });

  test("is sealed anew with the active key; a newer secret wins, and what a missing key sealed stays", async () => {
    const place: SealedPlace = { table: "kept", column: "secret", record: "id", purpose: "access_token" };
    const older = createVault(env.TOKEN_KEYS);
    const newer = createVault(withNewKey(env.TOKEN_KEYS, Date.now()).ring);
    const gone = createVault(withNewKey("", Date.now()).ring);
    const context = (record: string) => ({ tenant: "tn_1", record, purpose: place.purpose });
    await runInDurableObject(loginGate(env, unique()), async (_, { storage: { sql } }) => {
      sql.exec("CREATE TABLE kept (id TEXT PRIMARY KEY, secret TEXT)");
      const keep = async (id: string, by: typeof older) =>
        sql.exec("INSERT INTO kept VALUES (?, ?)", id, await by.seal(`secret of ${id}`, context(id)));
      await keep("old", older);
      await keep("lost", gone);
      await keep("late", older);
      sql.exec("INSERT INTO kept VALUES ('none', NULL)");
      const fresh = await older.seal("newer", context("late"));
      const round = resealObject(sql, newer, "tn_1", [place]);
      // The round waits for the first row's key: the last row's owner stores something newer.
      sql.exec("UPDATE kept SET secret = ? WHERE id = 'late'", fresh);
      expect(await round).toEqual({ [newer.activeKeyId]: 1, [gone.activeKeyId]: 1, [older.activeKeyId]: 1 });
      const [{ secret } = { secret: "" }] = sql
        .exec<{ secret: string }>("SELECT secret FROM kept WHERE id = 'old'")
        .toArray();
      expect(await newer.open(secret, context("old"))).toBe("secret of old");
      expect(sql.exec("SELECT secret FROM kept WHERE id = 'late'").one()).toEqual({ secret: fresh });
      sql.exec("DROP TABLE kept");
    });
  });
});
