import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import * as z from "zod/mini";
import { notFound } from "../../../domain/app-error.ts";
import { changesBetween } from "../../../domain/audit.ts";
import { type ApiKeyId, isId } from "../../../domain/ids.ts";
import { apiKeyCreateSchema, apiKeyMadeSchema, apiKeySchema } from "../../../domain/records/api-key.ts";
import { tenantHub } from "../../../durable/kit/stubs.ts";
import type { AppEnv } from "../../env.ts";
import { notForKeys } from "../../http/api-key.ts";
import { audit } from "../../http/audit.ts";
import { checked, describe, jsonBody, query } from "../../http/contract.ts";
import { right } from "../../http/rights.ts";
import { signedIn } from "../../http/session.ts";
import { steppedUp } from "../../http/step-up.ts";
import { pageSchema } from "../../records/list.ts";
import { cursorOf, limitOf, pageOf, pageQuery } from "../../records/pages.ts";
import { findKey, keysBefore, revokeKey, toKey } from "./queries.ts";
import { makeKey } from "./service.ts";

const tag = "API keys";

interface WithKey extends AppEnv {
  Variables: AppEnv["Variables"] & { keyId: ApiKeyId };
}

/** 404 unless the path's key is one of the caller's own tenant. */
const loadKey = createMiddleware<WithKey>(async (c, next) => {
  const id = c.req.param("id") ?? "";
  if (!isId("apiKey", id) || !(await findKey(c.get("db"), id))) throw notFound("API key");
  c.set("keyId", id);
  await next();
});

const isPlace = (text: string) => isId("apiKey", text);

export const apiKeys = new Hono<WithKey>()
  .use(signedIn)
  .get(
    "/",
    describe({
      tag,
      summary: "The agency's API keys, newest first; never a secret",
      answers: { 200: pageSchema(apiKeySchema) },
    }),
    right("keys.manage"),
    query(z.strictObject(pageQuery)),
    async (c) => {
      const { limit: asked, cursor } = c.req.valid("query");
      const limit = limitOf(asked);
      const rows = await keysBefore(c.get("db"), cursorOf(cursor, isPlace), limit + 1);
      return c.json(pageOf(rows.map(toKey), limit));
    },
  )
  .post(
    "/",
    describe({
      tag,
      summary: "Makes an API key for who asks; `secret` is shown here and never again",
      credential: "session",
      answers: { 201: apiKeyMadeSchema },
    }),
    notForKeys,
    right("keys.manage"),
    steppedUp,
    jsonBody,
    // Not `idempotent`: that would show again, for a day, what is shown once.
    checked(apiKeyCreateSchema),
    async (c) => {
      const made = await makeKey(c.get("db"), c.get("session"), c.req.valid("json"));
      const { role, expiresAt } = made;
      await audit(c, {
        action: "key.created",
        target: { type: "key", id: made.id },
        changes: changesBetween({}, { role, expiresAt }),
      });
      return c.json(made, 201);
    },
  )
  .delete(
    "/:id",
    describe({ tag, summary: "Revokes an API key; what it opened closes", answers: { 204: null } }),
    loadKey,
    right("keys.manage"),
    async (c) => {
      const id = c.get("keyId");
      await revokeKey(c.get("db"), id, Date.now()).run();
      await tenantHub(c.env, c.get("session").place).signedOut(id);
      await audit(c, { action: "key.revoked", target: { type: "key", id } });
      return c.body(null, 204);
    },
  );
