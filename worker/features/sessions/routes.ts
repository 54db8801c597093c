import { Hono } from "hono";
import { notFound } from "../../../domain/app-error.ts";
import { isId } from "../../../domain/ids.ts";
import { sessionListSchema } from "../../../domain/records/session.ts";
import type { AppEnv } from "../../env.ts";
import { notForKeys } from "../../http/api-key.ts";
import { audit } from "../../http/audit.ts";
import { describe } from "../../http/contract.ts";
import { endCookies, signedIn } from "../../http/session.ts";
import { findSession, revokeSession } from "../auth/queries.ts";
import { openSessionsOf, toSession } from "./queries.ts";
import { closeSockets, endOtherSessions } from "./service.ts";

const tag = "Me";

/** Where a person is signed in is that person's own affair: no colleague's, no program's. */
export const ownSessions = new Hono<AppEnv>()
  .use(signedIn, notForKeys)
  .get(
    "/",
    describe({
      tag,
      summary: "The browsers that the person is signed in with, the one used last first",
      credential: "session",
      answers: { 200: sessionListSchema },
    }),
    async (c) => {
      const { userId, credential } = c.get("session");
      const rows = await openSessionsOf(c.get("db"), userId, Date.now());
      return c.json({ items: rows.map((row) => toSession(row, credential)) });
    },
  )
  .delete(
    "/",
    describe({
      tag,
      summary: "Signs every other browser of the person out",
      credential: "session",
      answers: { 204: null },
    }),
    async (c) => {
      const { userId, credential } = c.get("session");
      await endOtherSessions(c.env, c.get("db"), userId, credential);
      await audit(c, { action: "auth.sessions_ended", target: { type: "user", id: userId } });
      return c.body(null, 204);
    },
  )
  .delete(
    "/:id",
    describe({ tag, summary: "Signs a browser of the person out", credential: "session", answers: { 204: null } }),
    async (c) => {
      const { userId, credential } = c.get("session");
      const db = c.get("db");
      const id = c.req.param("id");
      const session = isId("session", id) ? await findSession(db, id) : null;
      if (session?.userId !== userId || !isId("session", session.id)) throw notFound("session");
      if (session.revokedAt === null) {
        await revokeSession(db, session.id, Date.now()).run();
        await audit(c, { action: "auth.session_ended", target: { type: "session", id: session.id } });
      }
      await closeSockets(c.env, db, [{ id: session.id }]);
      if (session.id === credential) endCookies(c);
      return c.body(null, 204);
    },
  );
