import { Hono } from "hono";
import { tenantSecurityPatchSchema, tenantSecuritySchema } from "../../../domain/records/tenant-security.ts";
import type { AppEnv } from "../../env.ts";
import { notForKeys } from "../../http/api-key.ts";
import { checked, describe, jsonBody } from "../../http/contract.ts";
import { right } from "../../http/rights.ts";
import { signedIn } from "../../http/session.ts";
import { steppedUp } from "../../http/step-up.ts";
import { changeSecurity, securityOf } from "./service.ts";

const tag = "Settings";

export const tenant = new Hono<AppEnv>()
  .use(signedIn)
  .get(
    "/security",
    describe({ tag, summary: "What the agency asks of its people's sessions", answers: { 200: tenantSecuritySchema } }),
    right("settings.manage"),
    async (c) => c.json(await securityOf(c.get("db"))),
  )
  .patch(
    "/security",
    describe({
      tag,
      summary: "Changes it, for the sessions that stand too",
      credential: "session",
      answers: { 200: tenantSecuritySchema },
    }),
    notForKeys,
    right("settings.manage"),
    steppedUp,
    jsonBody,
    checked(tenantSecurityPatchSchema),
    async (c) => c.json(await changeSecurity(c.get("db"), c.get("session").userId, c.req.valid("json"))),
  );
