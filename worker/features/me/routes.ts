import { Hono } from "hono";
import * as z from "zod/mini";
import { type Member, memberSchema, meSchema } from "../../../domain/records/account.ts";
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
      const { userId, role, rights } = c.get("session");
      const account = await findAccount(c.get("db"), userId);
      if (!account) throw notSignedIn();
      return c.json({ ...account, role, rights });
    },
  );

export const members = new Hono<AppEnv>().use(signedIn).get(
  "/",
  describe({
    tag: "Members",
    summary: "The agency's people",
    answers: { 200: z.object({ items: z.array(memberSchema) }) },
  }),
  async (c) => {
    const { results } = await c
      .get("db")
      .sql("SELECT id, name, email, role FROM users WHERE tenant_id = ?1 AND state = 'active' ORDER BY name")
      .all<Member>();
    return c.json({ items: results });
  },
);
