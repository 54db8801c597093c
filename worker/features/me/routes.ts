import { Hono } from "hono";
import { meSchema } from "../../../domain/records/account.ts";
import type { AppEnv } from "../../env.ts";
import { notForKeys } from "../../http/api-key.ts";
import { describe } from "../../http/contract.ts";
import { notSignedIn, signedIn } from "../../http/session.ts";
import { findAccount } from "../auth/queries.ts";

export const me = new Hono<AppEnv>()
  .use(signedIn)
  // Where a person is signed in is that person's own affair.
  .use("/sessions/*", notForKeys)
  .get(
    "/",
    describe({ tag: "Me", summary: "Who is signed in, and what they may do", answers: { 200: meSchema } }),
    async (c) => {
      const { userId, role, team, rights } = c.get("session");
      const account = await findAccount(c.get("db"), userId);
      if (!account) throw notSignedIn();
      return c.json({ ...account, role, team, rights });
    },
  );
