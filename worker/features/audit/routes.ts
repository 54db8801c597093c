import { Hono } from "hono";
import * as z from "zod/mini";
import {
  AUDIT_ACTIONS,
  AUDIT_ACTORS,
  AUDIT_TARGETS,
  type AuditActorType,
  auditEntrySchema,
  auditVerdictSchema,
} from "../../../domain/audit.ts";
import { hasIdShape } from "../../../domain/ids.ts";
import type { LedgerFilters } from "../../../durable/hub/ledger.ts";
import { tenantHub } from "../../../durable/kit/stubs.ts";
import type { AppEnv } from "../../env.ts";
import { notForKeys } from "../../http/api-key.ts";
import { audit as recordAct } from "../../http/audit.ts";
import { describe, query } from "../../http/contract.ts";
import { right } from "../../http/rights.ts";
import { signedIn } from "../../http/session.ts";
import { steppedUp } from "../../http/step-up.ts";
import { pageSchema } from "../../records/list.ts";
import { cursorOf, limitOf, pageQuery } from "../../records/pages.ts";
import { tellOfExport } from "../auth/security-mail.ts";
import { EXPORT_FORMATS, EXPORT_MEDIA, exportStream } from "./export.ts";
import { named } from "./names.ts";

const tag = "Audit";
const EXPORT_PAGE = 500;

const isActorType = (value: string): value is AuditActorType => AUDIT_ACTORS.some((type) => type === value);

const moment = (name: string) =>
  z.optional(z.iso.datetime({ offset: true, error: `${name} is a moment like 2026-11-30T00:00:00Z` }));

const filters = {
  actor: z.optional(
    z
      .string()
      .check(
        z.refine(
          (value) => isActorType(value) || hasIdShape(value),
          `actor is an id, or one of ${AUDIT_ACTORS.join(", ")}`,
        ),
      ),
  ),
  action: z.optional(z.enum(AUDIT_ACTIONS, "There is no such action")),
  targetType: z.optional(z.enum(AUDIT_TARGETS, `targetType is one of ${AUDIT_TARGETS.join(", ")}`)),
  targetId: z.optional(z.string().check(z.refine(hasIdShape, "targetId is an id"))),
  from: moment("from"),
  to: moment("to"),
};

const filtersSchema = z.strictObject(filters);
type Filters = z.infer<typeof filtersSchema>;

const ms = (at: string | undefined): number | undefined => (at === undefined ? undefined : Date.parse(at));

const ledgerFilters = ({ actor, action, targetType, targetId, from, to }: Filters): LedgerFilters => ({
  ...(actor === undefined ? {} : isActorType(actor) ? { actorType: actor } : { actorId: actor }),
  action,
  targetType,
  targetId,
  from: ms(from),
  to: ms(to),
});

/** A cursor is the number of the last entry that was shown. */
const isNumber = (text: string): text is string => /^[1-9]\d{0,14}$/.test(text);

export const audit = new Hono<AppEnv>()
  .use(signedIn)
  .get(
    "/",
    describe({
      tag,
      summary: "Who did what to which record, newest first; what is personal or secret is told as changed alone",
      answers: { 200: pageSchema(auditEntrySchema) },
    }),
    right("audit.see"),
    query(z.extend(filtersSchema, pageQuery)),
    async (c) => {
      const { limit, cursor, ...asked } = c.req.valid("query");
      const hub = tenantHub(c.env, c.get("session").place);
      const before = cursorOf(cursor, isNumber);
      const { rows, nextBefore } = await hub.auditPage(
        ledgerFilters(asked),
        before === null ? null : Number(before),
        limitOf(limit),
      );
      return c.json({
        items: await named(c.get("db"), rows),
        nextCursor: nextBefore === null ? null : String(nextBefore),
      });
    },
  )
  .get(
    "/verify",
    describe({
      tag,
      summary: "Whether the ledger is unbroken, also against the newest anchor outside it, and where it breaks",
      answers: { 200: auditVerdictSchema },
    }),
    right("audit.see"),
    async (c) => c.json(await tenantHub(c.env, c.get("session").place).verifyAudit()),
  )
  .get(
    "/export",
    describe({
      tag,
      summary: "The ledger as a file, newest first; recorded itself",
      credential: "session",
      media: Object.values(EXPORT_MEDIA),
      answers: { 200: z.string() },
    }),
    notForKeys,
    right("audit.see"),
    steppedUp,
    query(z.extend(filtersSchema, { format: z.enum(EXPORT_FORMATS, "format is csv or jsonl") })),
    async (c) => {
      const { format, ...asked } = c.req.valid("query");
      const { place } = c.get("session");
      const db = c.get("db");
      const chosen = Object.entries({ format, ...asked }).map(([name, value]) => [name, [null, value]] as const);
      await recordAct(c, {
        action: "audit.exported",
        target: { type: "audit", id: place.tenantId },
        changes: Object.fromEntries(chosen),
      });
      tellOfExport(c, `${place.tenantId}.${c.get("requestId")}`, "the audit log");
      const stream = exportStream(format, async (from) => {
        const { rows, nextBefore } = await tenantHub(c.env, place).auditPage(ledgerFilters(asked), from, EXPORT_PAGE);
        return { entries: await named(db, rows), nextBefore };
      });
      return c.body(stream, 200, {
        "Content-Type": EXPORT_MEDIA[format],
        "Content-Disposition": `attachment; filename="audit-${new Date().toISOString().slice(0, 10)}.${format}"`,
      });
    },
  );
