import type { Context } from "hono";
import { Hono } from "hono";
import { AppError } from "../../../domain/app-error.ts";
import { recoveryCodesSchema, totpBegunSchema, totpCodeSchema } from "../../../domain/records/second-factor.ts";
import type { AppEnv } from "../../env.ts";
import { notForKeys } from "../../http/api-key.ts";
import { checked, describe, jsonBody } from "../../http/contract.ts";
import { notSignedIn, signedInToSetUp } from "../../http/session.ts";
import { steppedUp } from "../../http/step-up.ts";
import { proveCode } from "../auth/proof.ts";
import { findUser, type UserRow } from "../auth/queries.ts";
import { beginTotp, confirmTotp, removeTotp } from "./service.ts";

const tag = "Second factor";

async function ownUser(c: Context<AppEnv>): Promise<UserRow> {
  const user = await findUser(c.get("db"), c.get("session").userId);
  if (!user) throw notSignedIn();
  return user;
}

export const secondFactor = new Hono<AppEnv>()
  .use(signedInToSetUp, notForKeys)
  .post(
    "/",
    describe({
      tag,
      summary: "Begins to set up a second factor; the secret is shown here and never again",
      credential: "session",
      answers: { 201: totpBegunSchema },
    }),
    // Whoever finds a browser open must not lock its person out with a second factor of their own.
    steppedUp,
    async (c) => c.json(await beginTotp(c.env, c.get("db"), await ownUser(c)), 201),
  )
  .post(
    "/confirm",
    describe({
      tag,
      summary: "Switches it on with a first code; the recovery codes are shown here and never again",
      credential: "session",
      answers: { 200: recoveryCodesSchema },
    }),
    steppedUp,
    jsonBody,
    checked(totpCodeSchema),
    async (c) => c.json(await confirmTotp(c, await ownUser(c), c.req.valid("json").code)),
  )
  .delete(
    "/",
    describe({
      tag,
      summary: "Switches it off, with a code of it or a recovery code",
      credential: "session",
      answers: { 204: null },
    }),
    jsonBody,
    checked(totpCodeSchema),
    async (c) => {
      const user = await ownUser(c);
      if (user.totpSecret === null) throw new AppError(409, "totp_off", "Your second factor is off already.");
      await proveCode(c, c.get("db"), user, c.req.valid("json").code, "code");
      await removeTotp(c, user);
      return c.body(null, 204);
    },
  );
