import { Hono } from "hono";
import * as z from "zod/mini";
import {
  accountSchema,
  confirmEmailSchema,
  emailConfirmedSchema,
  forgotSchema,
  resetSchema,
} from "../../../domain/records/account.ts";
import type { AppEnv } from "../../env.ts";
import { notForKeys } from "../../http/api-key.ts";
import { checked, describe, jsonBody } from "../../http/contract.ts";
import { limitByAddress } from "../../http/rate-limit.ts";
import { sameOrigin } from "../../http/same-origin.ts";
import { confirmEmail } from "./email.ts";
import { forgotPassword, resetPassword } from "./password.ts";

const tag = "Sign-in";

/** What a person can do who has nothing but their mailbox. */
export const recovery = new Hono<AppEnv>()
  .use(notForKeys, sameOrigin)
  .post(
    "/forgot",
    describe({
      tag,
      summary: "Mails a link to set a new password; answers the same for an address that nobody has",
      credential: "none",
      answers: { 200: z.object({}) },
    }),
    limitByAddress("LOGIN_LIMIT"),
    jsonBody,
    checked(forgotSchema),
    (c) => {
      forgotPassword(c, c.req.valid("json").email);
      return c.json({});
    },
  )
  .post(
    "/reset",
    describe({
      tag,
      summary: "Sets a new password by such a link, and ends every session; sign in with it afterwards",
      credential: "none",
      answers: { 200: accountSchema },
    }),
    limitByAddress("LOGIN_LIMIT"),
    jsonBody,
    checked(resetSchema),
    async (c) => c.json(await resetPassword(c, c.req.valid("json"))),
  )
  .post(
    "/confirm",
    describe({
      tag,
      summary: "Confirms an e-mail address by a link from a mail: a new account's, or either end of a move",
      credential: "none",
      answers: { 200: emailConfirmedSchema },
    }),
    limitByAddress("LOGIN_LIMIT"),
    jsonBody,
    checked(confirmEmailSchema),
    async (c) => c.json(await confirmEmail(c.env, c.req.valid("json").token)),
  );
