import { Hono } from "hono";
import { changesBetween } from "../../../domain/audit.ts";
import {
  type TenantSecurity,
  tenantSecurityPatchSchema,
  tenantSecuritySchema,
} from "../../../domain/records/tenant-security.ts";
import type { AppEnv } from "../../env.ts";
import { notForKeys } from "../../http/api-key.ts";
import { audit } from "../../http/audit.ts";
import { checked, describe, jsonBody } from "../../http/contract.ts";
import { right } from "../../http/rights.ts";
import { signedIn } from "../../http/session.ts";
import { steppedUp } from "../../http/step-up.ts";
import { changeSecurity, securityOf } from "./service.ts";

const tag = "Settings";

/** As the audit ledger names it: what is called after a secret it would not tell. */
const told = ({ requireTotp, ...limits }: TenantSecurity) => ({ ...limits, secondFactorForAll: requireTotp });

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
    async (c) => {
      const { userId, place } = c.get("session");
      const before = await securityOf(c.get("db"));
      const after = await changeSecurity(c.get("db"), userId, c.req.valid("json"));
      const changes = changesBetween(told(before), told(after));
      const target = { type: "agency", id: place.tenantId } as const;
      if (Object.keys(changes).length > 0) await audit(c, { action: "security.changed", target, changes });
      return c.json(after);
    },
  );
