import { newId } from "../../domain/ids.ts";
import { may, type Role, rightsOf } from "../../domain/roles.ts";
import { type TenantDb, tenantDb } from "../../platform/db/tenant-db.ts";
import type { PlatformEnv } from "../../platform/env.ts";
import { type CreatorRow, creatorList } from "../../worker/features/creators/queries.ts";
import { list } from "../../worker/records/list.ts";
import { type Figure, median } from "./figures.ts";

/** Of a request's time, so much may go into what the caller may see. */
const SHARE = 0.02;
const ROLES: readonly Role[] = ["owner", "manager", "agent"];
const BATCH = 2_000;
const BATCHES = 15;

/**
 * What rights add to a request for a page of the roster: the role's rights are read, the right is asked for, and each
 * statement is narrowed. The same page is asked for through a door that narrows and through one that does not, by turns;
 * the database behind both answers nothing at once, so that nothing but this code is timed.
 * @param perSecond such requests, answered by the product on this machine in this run
 */
export async function benchRights(perSecond: number): Promise<Figure[]> {
  const requestUs = 1_000_000 / perSecond;
  const figures: Figure[] = [];
  for (const role of ROLES) {
    const added: number[] = [];
    for (let batch = 0; batch < BATCHES; batch++) {
      const bare = await microseconds(() => page(whole));
      const checked = await microseconds(() => {
        const who = { userId: USER, team: "Gulf", rights: rightsOf(role) };
        if (!may(who, "creators.see")) throw new Error(`A ${role} sees no roster`);
        return page(whole.seenBy(who));
      });
      added.push(Math.max(0, checked - bare));
    }
    figures.push({
      group: "API",
      what: `a page of the roster: what the rights of ${role}s add to its time`,
      value: median(added) / requestUs,
      unit: "×",
      goal: { atMost: SHARE },
    });
  }
  return figures;
}

const USER = newId("user");
const nothing = {
  all: () => Promise.resolve({ results: [], meta: { rows_read: 0 } }),
  first: () => Promise.resolve(null),
};
const silent = { withSession: () => ({ prepare: () => ({ bind: () => nothing }) }) };
const whole = tenantDb({ DB_EU: silent } as unknown as PlatformEnv, { region: "eu", tenantId: newId("tenant") });

const page = (db: TenantDb): Promise<unknown> => list<CreatorRow>(db, creatorList(db.tenantId), { limit: "50" });

async function microseconds(ask: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  for (let at = 0; at < BATCH; at++) await ask();
  return ((performance.now() - began) * 1000) / BATCH;
}
