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
import { checked, describe, smallJsonBody } from "../../http/contract.ts";
import { door, knock } from "../../http/rate-limit.ts";
import { sameOrigin } from "../../http/same-origin.ts";
import { addressHash } from "../auth/address.ts";
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
    door("reset"),
    smallJsonBody,
    checked(forgotSchema),
    async (c) => {
      const { email } = c.req.valid("json");
      await knock(c, "resetAccount", addressHash(c.env, email));
      forgotPassword(c, email);
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
    door("reset"),
    smallJsonBody,
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
    door("reset"),
    smallJsonBody,
    checked(confirmEmailSchema),
    async (c) => c.json(await confirmEmail(c, c.req.valid("json").token)),
  );
