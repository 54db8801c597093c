import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import * as z from "zod/mini";
import { notFound } from "../../../domain/app-error.ts";
import { changesBetween } from "../../../domain/audit.ts";
import { isId } from "../../../domain/ids.ts";
import { accountSchema } from "../../../domain/records/account.ts";
import {
  invitationAcceptSchema,
  invitationCreateSchema,
  invitationOfferSchema,
  invitationSchema,
} from "../../../domain/records/member.ts";
import type { AppEnv } from "../../env.ts";
import { notForKeys } from "../../http/api-key.ts";
import { audit } from "../../http/audit.ts";
import { checked, describe, jsonBody, readJson, smallJsonBody } from "../../http/contract.ts";
import { door } from "../../http/rate-limit.ts";
import { right } from "../../http/rights.ts";
import { sameOrigin } from "../../http/same-origin.ts";
import { signedIn } from "../../http/session.ts";
import { refuseAbove } from "../members/service.ts";
import { findInvitation, type InvitationRow, openInvitations, revokeInvitation } from "./queries.ts";
import { accept, invite, inviteAgain, offerOf, refuseKnown, toInvitation } from "./service.ts";

const tag = "Members";

interface WithInvitation extends AppEnv {
  Variables: AppEnv["Variables"] & { invitation: InvitationRow };
}

/** 404 unless the path's invitation waits for an answer and is the caller's own agency's. */
const loadInvitation = createMiddleware<WithInvitation>(async (c, next) => {
  const id = c.req.param("id") ?? "";
  const invitation = isId("invitation", id) ? await findInvitation(c.get("db"), id) : null;
  if (!invitation || invitation.acceptedAt !== null || invitation.revokedAt !== null) throw notFound("invitation");
  c.set("invitation", invitation);
  await next();
});

/** 403 for an admin who turns to the invitation of an owner. */
const overInvitation = createMiddleware<WithInvitation>(async (c, next) => {
  refuseAbove(c.get("session"), c.get("invitation").role);
  await next();
});

/** The agency's side. */
export const invitations = new Hono<WithInvitation>()
  .use(signedIn)
  .get(
    "/",
    describe({
      tag,
      summary: "Invitations without an answer, newest first",
      credential: "session",
      answers: { 200: z.object({ items: z.array(invitationSchema) }) },
    }),
    // It has the links that open accounts.
    notForKeys,
    right("members.manage"),
    async (c) => {
      const db = c.get("db");
      return c.json({ items: (await openInvitations(db)).map((row) => toInvitation(c.env, db, row)) });
    },
  )
  .post(
    "/",
    describe({
      tag,
      summary: "Invites somebody by mail; `url` is the link to send by hand where no mail went out",
      credential: "session",
      answers: { 201: invitationSchema },
    }),
    notForKeys,
    right("members.manage"),
    door("inviteMember"),
    jsonBody,
    // Not `idempotent`: the address is its key. A repeat is 409 `already_invited`.
    async (c, next) => {
      await refuseKnown(c.get("db"), await readJson(c));
      await next();
    },
    checked(invitationCreateSchema),
    async (c) => {
      const db = c.get("db");
      const made = await invite(c.env, db, c.get("session"), c.req.valid("json"));
      const { role, team } = made;
      await audit(c, {
        action: "invitation.created",
        target: { type: "invitation", id: made.id },
        changes: changesBetween({}, { role, team }),
      });
      return c.json(toInvitation(c.env, db, made), 201);
    },
  )
  .post(
    "/:id/resend",
    describe({
      tag,
      summary: "Mails an invitation again, good for another seven days; at most once a minute",
      credential: "session",
      answers: { 200: invitationSchema },
    }),
    loadInvitation,
    notForKeys,
    right("members.manage"),
    overInvitation,
    door("inviteMember"),
    async (c) => {
      const db = c.get("db");
      const sent = await inviteAgain(c.env, db, c.get("invitation").id);
      await audit(c, { action: "invitation.resent", target: { type: "invitation", id: sent.id } });
      return c.json(toInvitation(c.env, db, sent));
    },
  )
  .delete(
    "/:id",
    describe({ tag, summary: "Takes an invitation back", credential: "session", answers: { 204: null } }),
    loadInvitation,
    notForKeys,
    right("members.manage"),
    overInvitation,
    async (c) => {
      const { id } = c.get("invitation");
      await revokeInvitation(c.get("db"), id, Date.now()).run();
      await audit(c, { action: "invitation.revoked", target: { type: "invitation", id } });
      return c.body(null, 204);
    },
  );

/** The invited person's side: nobody is signed in here, the link says who they are. */
export const joining = new Hono<AppEnv>()
  .use(notForKeys, sameOrigin)
  .get(
    "/:token",
    describe({
      tag: "Sign-in",
      summary: "Who invites, and to what; reading consumes nothing",
      credential: "none",
      answers: { 200: invitationOfferSchema },
    }),
    door("connect"),
    async (c) => c.json(await offerOf(c.env, c.req.param("token"))),
  )
  .post(
    "/:token",
    describe({
      tag: "Sign-in",
      summary: "Accepts an invitation: makes the account and signs in",
      credential: "none",
      answers: { 201: accountSchema },
    }),
    door("register"),
    async (c, next) => {
      await offerOf(c.env, c.req.param("token"));
      await next();
    },
    smallJsonBody,
    checked(invitationAcceptSchema),
    async (c) => c.json(await accept(c, c.req.param("token"), c.req.valid("json")), 201),
  );
