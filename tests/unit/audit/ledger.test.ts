import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AUDIT_ACTIONS, type AuditAct } from "../../../domain/audit.ts";
import { newId } from "../../../domain/ids.ts";
import { Ledger } from "../../../durable/hub/ledger.ts";
import { FakeStorage } from "./fake-storage.ts";

const TENANT = newId("tenant");
const NOW = 1_800_000_000_000;
const DAY = 86_400_000;

const act = (n: number): AuditAct => ({
  id: newId("auditEntry"),
  actor: n % 3 === 0 ? { type: "system", id: null, forId: null } : { type: "person", id: newId("user"), forId: null },
  action: AUDIT_ACTIONS[n % AUDIT_ACTIONS.length] ?? "auth.signed_in",
  target: { type: "creator", id: newId("creator") },
  changes: { stage: ["lead", "active"], email: [null, `somebody${n}@creators.example`] },
  ip: n % 2 === 0 ? null : "192.0.2.7",
  agent: n % 2 === 0 ? null : "A browser/1.0",
  requestId: `REQUEST-${n}`,
});

/** A ledger of `count` acts, a day apart, the first at `NOW`. */
function filled(count: number): { storage: FakeStorage; ledger: Ledger } {
  const storage = new FakeStorage();
  const ledger = new Ledger(storage, TENANT);
  for (let n = 0; n < count; n++) ledger.record([act(n)], NOW + n * DAY);
  return { storage, ledger };
}

const brokenIn = (ledger: Ledger) => ledger.verify(null).broken;

describe("a chain", () => {
  test("that nobody touched is unbroken, empty too, and says its length and head", () => {
    const { ledger } = filled(0);
    expect(ledger.verify(null)).toMatchObject({ ok: true, length: 0, broken: null, anchor: null });
    ledger.record([act(1), act(2)], NOW);
    const [newest, first] = ledger.page({}, null, 10).rows;
    expect(ledger.verify(null)).toMatchObject({ ok: true, length: 2, head: newest?.hash });
    expect([newest?.seq, first?.seq]).toEqual([2, 1]);
  });

  test("of one agency is not another's", () => {
    const { storage } = filled(3);
    expect(brokenIn(new Ledger(storage, newId("tenant")))).toEqual({ seq: 1, why: "changed" });
  });

  test("takes an act that comes twice once", () => {
    const { ledger } = filled(2);
    const again = act(5);
    ledger.record([again], NOW + 9 * DAY);
    ledger.record([again, act(6)], NOW + 9 * DAY);
    expect(ledger.verify(null)).toMatchObject({ ok: true, length: 4 });
  });

  test("keeps its order when the clock is set back", () => {
    const { ledger } = filled(3);
    ledger.record([act(4)], NOW - DAY);
    const times = ledger.page({}, null, 10).rows.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  test("is append-only by its own schema", () => {
    const { storage, ledger } = filled(3);
    expect(() => storage.database.exec("UPDATE ledger SET action = 'key.revoked' WHERE seq = 2")).toThrow(
      /append-only/,
    );
    expect(() => storage.database.exec("DELETE FROM ledger WHERE seq = 1")).toThrow(/append-only/);
    expect(ledger.verify(null)).toMatchObject({ ok: true, length: 3 });
  });
});

describe("whoever has the database in their hands", () => {
  const TEXTS = [
    "id",
    "actor_type",
    "actor_id",
    "actor_for",
    "action",
    "target_type",
    "target_id",
    "changes",
    "ip",
    "agent",
    "request_id",
    "hash",
  ];

  test("changes no byte of any row unseen", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.nat(),
        fc.constantFrom(...TEXTS),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (count, row, column, at, by) => {
          const { storage, ledger } = filled(count);
          const seq = 1 + (row % count);
          const found = storage.database.prepare(`SELECT ${column} AS text FROM ledger WHERE seq = ?`).get(seq)?.text;
          const bytes = Buffer.from(String(found ?? ""), "latin1");
          if (bytes.length > 0) bytes[at % bytes.length] = ((bytes[at % bytes.length] ?? 0) + by) % 256;
          const bent = bytes.length > 0 ? bytes.toString("latin1") : "x";
          storage.bend(`UPDATE ledger SET ${column} = ? WHERE seq = ?`, bent, seq);
          expect(brokenIn(ledger)).toEqual({ seq, why: "changed" });
        },
      ),
      { numRuns: 300 },
    );
  });

  test("moves no time, and no number", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.nat(),
        fc.integer({ min: -9_999, max: 9_999 }).filter((by) => by !== 0),
        (count, row, by) => {
          const seq = 1 + (row % count);
          const timed = filled(count);
          timed.storage.bend("UPDATE ledger SET at = at + ? WHERE seq = ?", by, seq);
          expect(brokenIn(timed.ledger)).toEqual({ seq, why: "changed" });
          const numbered = filled(count);
          numbered.storage.bend("UPDATE ledger SET seq = 1000000 + ? WHERE seq = ?", by, seq);
          expect(brokenIn(numbered.ledger)).toEqual({ seq, why: "missing" });
        },
      ),
      { numRuns: 100 },
    );
  });

  test("takes no row out, the newest neither, and puts none in", () => {
    for (let seq = 1; seq <= 6; seq++) {
      const { storage, ledger } = filled(6);
      storage.bend("DELETE FROM ledger WHERE seq = ?", seq);
      expect(brokenIn(ledger)).toEqual({ seq, why: "missing" });
    }
    const { storage, ledger } = filled(6);
    storage.bend(
      `INSERT INTO ledger SELECT 7, 'ae_x', at, actor_type, actor_id, actor_for, action, target_type, target_id, changes,
         ip, agent, request_id, hash FROM ledger WHERE seq = 6`,
    );
    expect(brokenIn(ledger)).toEqual({ seq: 7, why: "changed" });
  });

  test("swaps no two rows", () => {
    for (let one = 1; one <= 4; one++) {
      for (let other = one + 1; other <= 4; other++) {
        const { storage, ledger } = filled(4);
        storage.bend("UPDATE ledger SET seq = -1 WHERE seq = ?", one);
        storage.bend("UPDATE ledger SET seq = ? WHERE seq = ?", one, other);
        storage.bend("UPDATE ledger SET seq = ? WHERE seq = -1", other);
        expect(brokenIn(ledger)).toEqual({ seq: one, why: "changed" });
      }
    }
  });

  test("moves neither end unseen", () => {
    for (const which of ["root", "head"]) {
      for (const change of ["seq = seq + 1", "hash = 'x'"]) {
        const { storage, ledger } = filled(4);
        storage.bend(`UPDATE ledger_ends SET ${change} WHERE which = ?`, which);
        expect([which, change, ledger.verify(null).ok]).toEqual([which, change, false]);
      }
    }
  });

  test("rewrites nothing that a day has anchored outside, however well it is chained", () => {
    const { ledger } = filled(5);
    const { seq, hash } = ledger.head();
    const anchor = { seq, head: hash, at: new Date(NOW).toISOString() };
    ledger.record([act(9)], NOW + 9 * DAY);
    expect(ledger.verify(anchor)).toMatchObject({ ok: true, anchor: { seq: 5 } });
    // Another chain, whole in itself.
    expect(filled(6).ledger.verify(anchor)).toMatchObject({ ok: false, broken: { seq: 5, why: "anchor" } });
    // And one that is shorter than what was anchored.
    expect(filled(3).ledger.verify(anchor)).toMatchObject({ ok: false, broken: { seq: 4, why: "anchor" } });
  });
});

describe("expiry", () => {
  test("lets go what is older, and the rest verifies, grows and is watched as before", () => {
    const { storage, ledger } = filled(10);
    ledger.expire(NOW + 4 * DAY);
    expect(ledger.page({}, null, 50).rows.map(({ seq }) => seq)).toEqual([10, 9, 8, 7, 6, 5]);
    expect(ledger.verify(null)).toMatchObject({ ok: true, length: 6 });
    ledger.record([act(11)], NOW + 11 * DAY);
    expect(ledger.verify(null)).toMatchObject({ ok: true, length: 7 });
    expect(() => storage.database.exec("DELETE FROM ledger WHERE seq = 5")).toThrow(/append-only/);
    storage.bend("DELETE FROM ledger WHERE seq = 5");
    expect(brokenIn(ledger)).toEqual({ seq: 5, why: "missing" });
  });

  test("of everything keeps the place where the next act goes on", () => {
    const { ledger } = filled(4);
    const { seq, hash } = ledger.head();
    ledger.expire(NOW + 99 * DAY);
    expect(ledger.verify({ seq, head: hash, at: "" })).toMatchObject({ ok: true, length: 0, head: hash });
    ledger.record([act(1)], NOW + 99 * DAY);
    expect(ledger.page({}, null, 5).rows.map((row) => row.seq)).toEqual([5]);
    expect(ledger.verify({ seq, head: hash, at: "" })).toMatchObject({ ok: true, length: 1 });
  });

  test("takes nothing that is as old as may be", () => {
    const { ledger } = filled(3);
    ledger.expire(NOW);
    expect(ledger.verify(null)).toMatchObject({ ok: true, length: 3 });
  });
});

test("a page is as long as was asked, narrowed by everything that was asked, and the next one goes on", () => {
  const { ledger } = filled(12);
  const all = ledger.page({}, null, 50).rows;
  const pages: number[] = [];
  for (let before: number | null = null, first = true; first || before !== null; first = false) {
    const page = ledger.page({}, before, 5);
    pages.push(...page.rows.map(({ seq }) => seq));
    before = page.nextBefore;
  }
  expect(pages).toEqual(all.map(({ seq }) => seq));
  const some = all[4];
  const narrowed = [
    { actorType: "system" as const },
    { actorId: some?.actor.id ?? "" },
    { action: some?.action },
    { targetType: "creator" as const, targetId: some?.target.id },
    { from: NOW + 3 * DAY, to: NOW + 6 * DAY },
  ].map((filters) => ledger.page(filters, null, 50).rows.map(({ seq }) => seq));
  expect(narrowed).toEqual([[10, 7, 4, 1], [8], [8], [8], [6, 5, 4]]);
});
