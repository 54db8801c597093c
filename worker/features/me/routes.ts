import { eq } from "drizzle-orm";
import { type Context, Hono } from "hono";
import * as z from "zod/mini";
import { changesBetween } from "../../../domain/audit.ts";
import {
  accountSchema,
  emailChangeSchema,
  meSchema,
  passwordChangeSchema,
  profilePatchSchema,
} from "../../../domain/records/account.ts";
import { memberLeaveSchema } from "../../../domain/records/member.ts";
import { ownDataSchema } from "../../../domain/records/own-data.ts";
import { users } from "../../../platform/db/region/index.ts";
import type { TenantDb } from "../../../platform/db/tenant-db.ts";
import type { AppEnv } from "../../env.ts";
import { notForKeys } from "../../http/api-key.ts";
import { audit } from "../../http/audit.ts";
import { checked, describe, jsonBody } from "../../http/contract.ts";
import { notSignedIn, signedIn, signedInToSetUp } from "../../http/session.ts";
import { steppedUp } from "../../http/step-up.ts";
import { findAccount, findUser, type UserRow } from "../auth/queries.ts";
import { tellOfExport } from "../auth/security-mail.ts";
import { refuseLastOwner } from "../members/service.ts";
import { beginEmailChange, cancelEmailChange, mailVerificationAgain } from "../recovery/email.ts";
import { changePassword } from "../recovery/password.ts";
import { deleteAccount } from "./delete-account.ts";
import { ownData } from "./own-data.ts";
import { securityOf } from "./queries.ts";

const tag = "Me";

async function ownUser(db: TenantDb, userId: string): Promise<UserRow> {
  const user = await findUser(db, userId);
  if (!user) throw notSignedIn();
  return user;
}

const self = (c: Context<AppEnv>) => ({ type: "user", id: c.get("session").userId }) as const;

export const me = new Hono<AppEnv>()
  .get(
    "/",
    describe({ tag, summary: "Who is signed in, and what they may do", answers: { 200: meSchema } }),
    signedInToSetUp,
    async (c) => {
      const { userId, role, team, rights } = c.get("session");
      const db = c.get("db");
      const [account, security] = await Promise.all([findAccount(db, userId), securityOf(db, userId)]);
      if (!account) throw notSignedIn();
      return c.json({ ...account, role, team, rights, security });
    },
  )
  // A name, a password and an address are a person's own affair.
  .use(signedIn, notForKeys)
  .get(
    "/data",
    describe({
      tag,
      summary: "All that is kept of the person, as a file; no secret, and nothing of anybody else",
      credential: "session",
      answers: { 200: ownDataSchema },
    }),
    steppedUp,
    async (c) => {
      const kept = await ownData(c);
      tellOfExport(c, `${c.get("session").userId}.${kept.exportedAt}`, "what is kept of you");
      await audit(c, { action: "user.data_exported", target: self(c) });
      c.header("Content-Disposition", `attachment; filename="my-data-${kept.exportedAt.slice(0, 10)}.json"`);
      return c.json(kept);
    },
  )
  .patch(
    "/",
    describe({ tag, summary: "Changes the own name", credential: "session", answers: { 200: accountSchema } }),
    jsonBody,
    checked(profilePatchSchema),
    async (c) => {
      const { userId } = c.get("session");
      const db = c.get("db");
      await db.update(users, c.req.valid("json"), eq(users.id, userId)).run();
      const account = await findAccount(db, userId);
      if (!account) throw notSignedIn();
      await audit(c, { action: "user.renamed", target: self(c) });
      return c.json(account);
    },
  )
  .delete(
    "/",
    describe({
      tag,
      summary: "Deletes the own account: what the person owns is another's, and the address is free",
      credential: "session",
      answers: { 204: null },
    }),
    steppedUp,
    jsonBody,
    async (c, next) => {
      await refuseLastOwner(c.get("db"), c.get("session").userId);
      await next();
    },
    checked(memberLeaveSchema),
    async (c) => {
      const { reassignTo } = c.req.valid("json");
      await deleteAccount(c, reassignTo);
      await audit(c, { action: "member.left", target: self(c), changes: changesBetween({}, { reassignTo }) });
      return c.body(null, 204);
    },
  )
  .post(
    "/password",
    describe({
      tag,
      summary: "Changes the own password, and signs every other browser out",
      credential: "session",
      answers: { 200: z.object({}) },
    }),
    jsonBody,
    checked(passwordChangeSchema),
    async (c) => {
      const user = await ownUser(c.get("db"), c.get("session").userId);
      await changePassword(c, user, c.req.valid("json"));
      await audit(c, { action: "auth.password_changed", target: self(c) });
      return c.json({});
    },
  )
  .post(
    "/email",
    describe({
      tag,
      summary: "Asks both addresses, by mail, whether the account shall move to another one",
      credential: "session",
      answers: { 200: meSchema.shape.security },
    }),
    jsonBody,
    checked(emailChangeSchema),
    async (c) => {
      const user = await ownUser(c.get("db"), c.get("session").userId);
      await beginEmailChange(c, user, c.req.valid("json"));
      await audit(c, { action: "auth.email_change_asked", target: self(c) });
      return c.json(await securityOf(c.get("db"), user.id));
    },
  )
  .delete(
    "/email",
    describe({ tag, summary: "Calls such a move off", credential: "session", answers: { 204: null } }),
    async (c) => {
      const { meta } = await cancelEmailChange(c.get("db"), c.get("session").userId).run();
      // Of a move that nobody asked for nothing was called off.
      if (meta.changes > 0) await audit(c, { action: "auth.email_change_called_off", target: self(c) });
      return c.body(null, 204);
    },
  )
  .post(
    "/email/verify",
    describe({
      tag,
      summary: "Mails once more the link that confirms the own address",
      credential: "session",
      answers: { 200: z.object({}) },
    }),
    async (c) => {
      const db = c.get("db");
      await mailVerificationAgain(c.env, db, await ownUser(db, c.get("session").userId));
      return c.json({});
    },
  );
