import { env, evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { expect, test } from "vitest";
import { RETENTION_DAYS } from "../../domain/retention.ts";
import { addCreator, agency, until } from "../helpers/workerd/agency.ts";
import { audited, bend, hubOf, verified } from "../helpers/workerd/audit.ts";

const DAY = 86_400_000;

/** What the daily cron does to a hub, and the alarm that follows. */
async function daily(home: Awaited<ReturnType<typeof agency>>): Promise<void> {
  const hub = hubOf(home);
  await hub.wake();
  await runDurableObjectAlarm(hub);
  await until(async () => (await bend(home, "SELECT 1 FROM tasks WHERE kind = 'audit'")).length === 0);
}

const anchorsOf = async ({ tenant }: Awaited<ReturnType<typeof agency>>): Promise<string[]> =>
  (await env.FILES_EU.list({ prefix: `audit/${tenant.id}/` })).objects.map(({ key }) => key);

test("a ledger survives an eviction at any act, and goes on where it was", async () => {
  const home = await agency();
  for (let n = 0; n < 4; n++) {
    await addCreator(home.browser);
    await evictDurableObject(hubOf(home));
    expect(await verified(home.browser)).toMatchObject({ ok: true, length: n + 2 });
  }
  expect((await audited(home.browser)).items.map(({ seq }) => seq)).toEqual([5, 4, 3, 2, 1]);
});

test("a day lets go what is too old, and the rest still verifies", async () => {
  const home = await agency();
  for (let n = 0; n < 3; n++) await addCreator(home.browser);
  // Four acts, as if two of them had been written before the time that they are kept.
  const old = Date.now() - RETENTION_DAYS.auditEvents * DAY - 1;
  const rows = await bend(home, "SELECT * FROM ledger ORDER BY seq");
  expect(rows).toHaveLength(4);
  await bend(home, "UPDATE ledger SET at = ? WHERE seq <= 2", old);
  expect((await verified(home.browser)).ok).toBe(false);
  await daily(home);
  expect((await audited(home.browser)).items.map(({ seq }) => seq)).toEqual([4, 3]);
  expect(await verified(home.browser)).toMatchObject({ ok: true, length: 2 });
  await addCreator(home.browser);
  expect(await verified(home.browser)).toMatchObject({ ok: true, length: 3 });
});

test("a day leaves the head outside, once, and a chain that was written anew is found by it", async () => {
  const home = await agency();
  await addCreator(home.browser);
  await daily(home);
  const today = new Date().toISOString().slice(0, 10);
  expect(await anchorsOf(home)).toEqual([`audit/${home.tenant.id}/${today}.json`]);
  const { head } = await verified(home.browser);
  expect(await (await env.FILES_EU.get(`audit/${home.tenant.id}/${today}.json`))?.json()).toEqual({
    seq: 2,
    head,
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });

  await addCreator(home.browser);
  await daily(home);
  // The first anchor of a day stays.
  expect(await verified(home.browser)).toMatchObject({ ok: true, length: 3, anchor: { seq: 2 } });

  // Whoever takes the newest away and moves the head back has a whole chain, and not the one of the anchor.
  await bend(home, "DELETE FROM ledger WHERE seq > 1");
  await bend(
    home,
    "UPDATE ledger_ends SET seq = 1, hash = (SELECT hash FROM ledger WHERE seq = 1) WHERE which = 'head'",
  );
  expect(await verified(home.browser)).toMatchObject({ ok: false, length: 1, broken: { seq: 2, why: "anchor" } });
});

test("a chain that is broken is not anchored, and its anchors go with the time that they are for", async () => {
  const home = await agency();
  await addCreator(home.browser);
  const key = (at: number) => `audit/${home.tenant.id}/${new Date(at).toISOString().slice(0, 10)}.json`;
  await env.FILES_EU.put(key(Date.now() - 200 * DAY), "{}");
  await bend(home, "UPDATE ledger SET action = 'key.revoked' WHERE seq = 2");
  await daily(home);
  expect(await anchorsOf(home)).toEqual([]);
  expect(await verified(home.browser)).toMatchObject({ ok: false, broken: { seq: 2, why: "changed" } });
});

test("an anchor that cannot be read is passed over for the one before", async () => {
  const home = await agency();
  await daily(home);
  await env.FILES_EU.put(`audit/${home.tenant.id}/2999-01-01.json`, "not an anchor");
  expect(await verified(home.browser)).toMatchObject({ ok: true, anchor: { seq: 1 } });
});
