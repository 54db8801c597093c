import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import * as z from "zod/mini";
import { notFound } from "../../../domain/app-error.ts";
import { changesBetween } from "../../../domain/audit.ts";
import { isId } from "../../../domain/ids.ts";
import { memberLeaveSchema, memberPatchSchema, memberSchema } from "../../../domain/records/member.ts";
import { may } from "../../../domain/roles.ts";
import type { AppEnv } from "../../env.ts";
import { notForKeys } from "../../http/api-key.ts";
import { audit } from "../../http/audit.ts";
import { checked, describe, jsonBody, parsed } from "../../http/contract.ts";
import { idempotent } from "../../http/idempotency.ts";
import { right } from "../../http/rights.ts";
import { signedIn } from "../../http/session.ts";
import { steppedUp } from "../../http/step-up.ts";
import { matchVersion } from "../../records/version.ts";
import { tellOfRole } from "../auth/security-mail.ts";
import { memberActs } from "./acts.ts";
import { findMember, listMembers, type MemberRow, toMember } from "./queries.ts";
import { patchMember, refuseAbove, removeMember, transferOwnership } from "./service.ts";

const tag = "Members";

interface WithMember extends AppEnv {
  Variables: AppEnv["Variables"] & { member: MemberRow };
}

/** 404 unless the path's member is one of the caller's own agency. */
const loadMember = createMiddleware<WithMember>(async (c, next) => {
  const id = c.req.param("id") ?? "";
  const member = isId("user", id) ? await findMember(c.get("db"), id) : null;
  if (!member) throw notFound("member");
  c.set("member", member);
  await next();
});

/** 403 for whoever may not manage members, and for an admin who turns to an owner. */
const overMember = createMiddleware<WithMember>(async (c, next) => {
  refuseAbove(c.get("session"), c.get("member").role);
  await next();
});

export const members = new Hono<WithMember>()
  .use(signedIn)
  .get(
    "/",
    describe({ tag, summary: "The agency's people", answers: { 200: z.object({ items: z.array(memberSchema) }) } }),
    async (c) => {
      const manages = may(c.get("session"), "members.manage");
      return c.json({ items: (await listMembers(c.get("db"))).map((row) => toMember(row, manages)) });
    },
  )
  .patch(
    "/:id",
    describe({
      tag,
      summary: 'Changes role, team or state; say the version in If-Match: "3"',
      credential: "session",
      body: memberPatchSchema,
      answers: { 200: memberSchema },
    }),
    loadMember,
    notForKeys,
    right("members.manage"),
    overMember,
    jsonBody,
    async (c) => {
      const before = c.get("member");
      const patch = parsed(memberPatchSchema, await matchVersion(c, toMember(before, true)));
      const after = await patchMember(c.env, c.get("db"), c.get("session"), before, patch);
      tellOfRole(c, before.role, after);
      await audit(c, ...memberActs(before, after));
      return c.json(toMember(after, true));
    },
  )
  .delete(
    "/:id",
    describe({
      tag,
      summary: "Lets a member go: sessions and keys die at once, what they own is another's",
      credential: "session",
      answers: { 204: null },
    }),
    loadMember,
    notForKeys,
    right("members.manage"),
    overMember,
    jsonBody,
    checked(memberLeaveSchema),
    async (c) => {
      const { reassignTo } = c.req.valid("json");
      const { id } = c.get("member");
      await removeMember(c.env, c.get("db"), c.get("session"), c.get("member"), reassignTo);
      await audit(c, {
        action: "member.left",
        target: { type: "user", id },
        changes: changesBetween({}, { reassignTo }),
      });
      return c.body(null, 204);
    },
  )
  .post(
    "/:id/transfer-ownership",
    describe({
      tag,
      summary: "Makes a member an owner in the caller's place, who becomes an admin",
      credential: "session",
      answers: { 200: memberSchema },
    }),
    loadMember,
    notForKeys,
    right("ownership.transfer"),
    steppedUp,
    idempotent,
    async (c) => {
      const before = c.get("member");
      const { owner, admin } = await transferOwnership(c.env, c.get("db"), c.get("session"), before);
      tellOfRole(c, before.role, owner);
      tellOfRole(c, "owner", admin);
      await audit(c, {
        action: "ownership.transferred",
        target: { type: "user", id: owner.id },
        changes: changesBetween(before, owner, ["role"]),
      });
      return c.json(toMember(owner, true));
    },
  );
