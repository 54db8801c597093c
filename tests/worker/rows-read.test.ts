import { env } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { CREATOR_SORTS } from "../../domain/records/creator.ts";
import { tenantDb } from "../../platform/db/tenant-db.ts";
import { type CreatorRow, creatorList } from "../../worker/features/creators/queries.ts";
import { type ListQuery, list } from "../../worker/records/list.ts";
import { type Agency, agency } from "../helpers/workerd/agency.ts";
import { fillRoster } from "../helpers/workerd/roster.ts";
import { placeOf } from "../helpers/workerd/rows.ts";

const SIZES = [30, 600];
const PAGE = 20;
let agencies: Agency[];
beforeAll(async () => {
  agencies = [];
  for (const size of SIZES) {
    const home = await agency();
    await fillRoster(home, size);
    agencies.push(home);
  }
});

const read = async (home: Agency, query: ListQuery) => {
  const db = tenantDb(env, placeOf(home));
  return list<CreatorRow>(db, creatorList(db.tenantId), { limit: String(PAGE), ...query });
};
const SORTS = CREATOR_SORTS.flatMap((sort) => [sort, `-${sort}`]);
const FILTERS: ListQuery[] = [
  {},
  { stage: "active" },
  { connection: "active" },
  { ownerId: "me" },
  { handle: "row.7" },
  { q: "row" },
  { q: "row c" },
];

test("probe", async () => {
  for (const filter of FILTERS)
    for (const sort of SORTS) {
      const out: string[] = [];
      for (const home of agencies) {
        const q = { ...filter, sort, ...(filter.ownerId ? { ownerId: home.user.id } : {}) };
        const p = await read(home, q);
        const n = p.nextCursor ? await read(home, { ...q, cursor: p.nextCursor }) : null;
        out.push(`${p.rows.length}:${p.rowsRead} ${n ? `${n.rows.length}:${n.rowsRead}` : "-"}`);
      }
      console.log(JSON.stringify(filter), sort, out.join(" | "));
    }
  throw new Error("x");
});
