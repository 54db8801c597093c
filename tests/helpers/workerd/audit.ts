import { env, runInDurableObject } from "cloudflare:test";
import * as z from "zod/mini";
import { type AuditEntry, type AuditVerdict, auditEntrySchema, auditVerdictSchema } from "../../../domain/audit.ts";
import { tenantHub } from "../../../durable/kit/stubs.ts";
import type { Agency, Browser } from "./agency.ts";
import { placeOf } from "./rows.ts";

const pageSchema = z.object({ items: z.array(auditEntrySchema), nextCursor: z.nullable(z.string()) });

/** A page of the ledger, newest first. */
export const audited = async (by: Browser, query = ""): Promise<z.infer<typeof pageSchema>> =>
  pageSchema.parse(await by.api("GET", `/audit?${query}`));

export const newestEntry = async (by: Browser): Promise<AuditEntry> => {
  const [entry] = (await audited(by, "limit=1")).items;
  if (!entry) throw new Error("Nothing was recorded");
  return entry;
};

export const verified = async (by: Browser): Promise<AuditVerdict> =>
  auditVerdictSchema.parse(await by.api("GET", "/audit/verify"));

export const hubOf = (home: Agency) => tenantHub(env, placeOf(home));

/** Runs SQL in a hub's own database, as somebody would who has it in their hands. */
export const bend = (home: Agency, query: string, ...bindings: SqlStorageValue[]): Promise<unknown[]> =>
  runInDurableObject(hubOf(home), (_hub, { storage: { sql } }) => {
    sql.exec("DROP TRIGGER IF EXISTS ledger_is_not_changed; DROP TRIGGER IF EXISTS ledger_is_kept");
    return sql.exec(query, ...bindings).toArray();
  });
