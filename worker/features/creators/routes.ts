import { Hono } from "hono";
import * as z from "zod/mini";
import { type AuditTarget, changesBetween } from "../../../domain/audit.ts";
import type { CreatorId } from "../../../domain/ids.ts";
import {
  CONNECTION_STATUSES,
  CREATOR_STAGES,
  creatorCreateSchema,
  creatorPatchSchema,
  creatorSchema,
} from "../../../domain/records/creator.ts";
import { tenantHub } from "../../../durable/kit/stubs.ts";
import { announce } from "../../../durable/webhooks/announce.ts";
import { audit } from "../../http/audit.ts";
import { checked, describe, jsonBody, parsed, query, readJson } from "../../http/contract.ts";
import { idempotent } from "../../http/idempotency.ts";
import { searching } from "../../http/rate-limit.ts";
import { right } from "../../http/rights.ts";
import { signedIn } from "../../http/session.ts";
import { list, listQuerySchema, pageSchema } from "../../records/list.ts";
import { matchVersion } from "../../records/version.ts";
import { loadCreator, loadTrashedToo, type WithCreator } from "./load.ts";
import { type CreatorRow, creatorList, toCreator, trashCreator } from "./queries.ts";
import { changedFields, createCreator, patchCreator, refuseTakenHandle, restoreTrashed } from "./service.ts";

const listQuery = listQuerySchema({
  stage: z.optional(z.enum(CREATOR_STAGES, "There is no such stage")),
  connection: z.optional(z.enum(CONNECTION_STATUSES, "There is no such connection status")),
  ownerId: z.optional(z.string()),
  team: z.optional(z.string()),
  handle: z.optional(
    z.pipe(
      z.string(),
      z.transform((value) => value.toLowerCase().replace(/^@/, "")),
    ),
  ),
});

const tag = "Creators";

/** What a LIVE dashboard shows of a creator, or asks before it shows anything. */
const ON_DASHBOARDS = ["displayName", "handle", "ownerId", "team"] as const;

const targetOf = ({ id }: { id: string }): AuditTarget => ({ type: "creator", id });

export const creators = new Hono<WithCreator>()
  .use(signedIn)
  .get(
    "/",
    describe({ tag, summary: "The roster, a page at a time", answers: { 200: pageSchema(creatorSchema) } }),
    right("creators.see"),
    searching,
    query(listQuery),
    async (c) => {
      const db = c.get("db");
      const { rows, nextCursor, total } = await list<CreatorRow>(db, creatorList(db.tenantId), c.req.valid("query"));
      return c.json({ items: rows.map(toCreator), nextCursor, ...(total === undefined ? {} : { total }) });
    },
  )
  .post(
    "/",
    describe({ tag, summary: "Adds a creator", answers: { 201: creatorSchema } }),
    right("creators.edit"),
    jsonBody,
    idempotent,
    async (c, next) => {
      await refuseTakenHandle(c.get("db"), await readJson(c));
      await next();
    },
    checked(creatorCreateSchema),
    async (c) => {
      const wanted = c.req.valid("json");
      const made = await createCreator(c.get("db"), wanted, c.get("session"));
      announce(c.env, c.get("session").place, "creator.created", made);
      await audit(c, {
        action: "creator.created",
        target: targetOf(made),
        changes: changesBetween({}, made, Object.keys(wanted)),
      });
      return c.json(made, 201);
    },
  )
  .get(
    "/:id",
    describe({ tag, summary: "A creator", answers: { 200: creatorSchema } }),
    loadCreator,
    right("creators.see"),
    (c) => c.json(c.get("creator")),
  )
  .patch(
    "/:id",
    describe({
      tag,
      summary: 'Changes a creator; say the version in If-Match: "3"',
      body: creatorPatchSchema,
      answers: { 200: creatorSchema },
    }),
    loadCreator,
    right("creators.edit"),
    jsonBody,
    async (c) => {
      const before = c.get("creator");
      const body = await matchVersion(c, before);
      await refuseTakenHandle(c.get("db"), body, before.id);
      const patch = parsed(creatorPatchSchema, body);
      const after = await patchCreator(c.get("db"), before, patch, c.get("session"));
      const changed = changedFields(before, after);
      if (changed.length > 0) announce(c.env, c.get("session").place, "creator.updated", { ...after, changed });
      // Dashboards show the name, and show it to whom it belongs: they hear within the second.
      if (ON_DASHBOARDS.some((field) => before[field] !== after[field]))
        c.executionCtx.waitUntil(tenantHub(c.env, c.get("session").place).creatorEdited(after.id as CreatorId));
      const changes = changesBetween(before, after, Object.keys(patch));
      if (Object.keys(changes).length > 0)
        await audit(c, { action: "creator.changed", target: targetOf(after), changes });
      return c.json(after);
    },
  )
  .delete(
    "/:id",
    describe({ tag, summary: "Moves a creator to the trash; syncing and LIVE pause", answers: { 204: null } }),
    loadCreator,
    right("creators.trash"),
    async (c) => {
      const { id } = c.get("creator");
      await trashCreator(c.get("db"), id, c.get("session").userId, Date.now()).run();
      announce(c.env, c.get("session").place, "creator.deleted", { id });
      await tenantHub(c.env, c.get("session").place).creatorChanged(id as CreatorId);
      await audit(c, { action: "creator.trashed", target: { type: "creator", id } });
      return c.body(null, 204);
    },
  )
  .post(
    "/:id/restore",
    describe({ tag, summary: "Takes a creator out of the trash", answers: { 200: creatorSchema } }),
    loadTrashedToo,
    right("creators.trash"),
    async (c) => {
      const trashed = c.get("creator");
      const restored = await restoreTrashed(c.get("db"), trashed, c.get("session"));
      if (trashed.deletedAt !== null) announce(c.env, c.get("session").place, "creator.restored", restored);
      await tenantHub(c.env, c.get("session").place).creatorChanged(restored.id as CreatorId);
      // Of one that was in no trash nothing was done.
      if (c.get("creator").deletedAt !== null)
        await audit(c, { action: "creator.restored", target: targetOf(restored) });
      return c.json(restored);
    },
  );
