import { type Context, Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import * as z from "zod/mini";
import { type CreatorId, newId } from "../../../domain/ids.ts";
import { retainedUntil } from "../../../domain/retention.ts";
import { sendAccountMail } from "../../../platform/mail/account-mail.ts";
import type { AppEnv } from "../../env.ts";
import { actingCreator, audit, auditAs } from "../../http/audit.ts";
import { BODY_BYTES, bodyAtMost } from "../../http/body.ts";
import { describe } from "../../http/contract.ts";
import { idempotent } from "../../http/idempotency.ts";
import { door } from "../../http/rate-limit.ts";
import { right } from "../../http/rights.ts";
import { notFromElsewhere } from "../../http/same-origin.ts";
import { signedIn } from "../../http/session.ts";
import { ConfirmAccountPage } from "../../pages/confirm-account.tsx";
import { ConnectPage, DeclinedPage } from "../../pages/connect.tsx";
import { type ConnectProblemCode, ConnectProblemPage } from "../../pages/connect-problem.tsx";
import { LIVE_WORDING } from "../../pages/consent-wording.ts";
import { pickLang } from "../../pages/lang.ts";
import { loadCreator, type WithCreator } from "../creators/load.ts";
import { insertInvite } from "./queries.ts";
import {
  type ArrivalAnswer,
  arrive,
  type ConnectProblem,
  confirmOther,
  depart,
  inviteUrl,
  openInvite,
} from "./service.ts";

const BROWSER = "connect";
const browserCookie = {
  path: "/",
  secure: true,
  httpOnly: true,
  sameSite: "Lax",
  prefix: "host",
  maxAge: 3600,
} as const;

const langOf = (c: Context, asked?: string) => pickLang(asked ?? c.req.query("lang"), c.req.header("Accept-Language"));

/** What a problem's page answers with. */
const STATUS: Record<ConnectProblemCode, 400 | 403 | 404 | 410 | 429 | 503> = {
  state_invalid: 400,
  denied: 403,
  scope_missing: 403,
  exchange_failed: 400,
  invite_used: 410,
  invite_expired: 410,
  invite_unknown: 404,
  busy: 429,
  tiktok_unavailable: 503,
};

const problemPage = (c: Context, { problem, ...props }: ConnectProblem) =>
  c.html(<ConnectProblemPage code={problem} {...props} />, STATUS[problem]);

async function answered(c: Context<AppEnv>, answer: ArrivalAnswer) {
  if ("creatorPage" in answer) {
    if (answer.connected) {
      const { place, creatorId, renewed, live } = answer.connected;
      await auditAs(c, actingCreator(place, creatorId), {
        action: "tiktok.connected",
        target: { type: "creator", id: creatorId },
        changes: { live: [null, live], reason: [null, renewed ? "renewed" : "new"] },
      });
    }
    return c.redirect(answer.creatorPage, 303);
  }
  if ("problem" in answer) return problemPage(c, answer);
  const { invite, token, state, username, name, avatarUrl } = answer.confirm;
  return c.html(
    <ConfirmAccountPage
      lang={answer.lang}
      agency={{ name: invite.agency }}
      rosterHandle={invite.handle ?? ""}
      tiktokHandle={username}
      tiktokName={name}
      avatarUrl={avatarUrl}
      token={token}
      confirmId={state}
    />,
  );
}

/** The pages that a creator sees on the way to TikTok and back. Nobody is signed in here. */
export const connectPages = new Hono<AppEnv>()
  .get("/connect/:token", door("connect"), async (c) => {
    const lang = langOf(c);
    const token = c.req.param("token");
    const opened = await openInvite(c.env, token);
    if ("problem" in opened) return problemPage(c, { problem: opened.problem, lang });
    const { invite } = opened;
    const agency = { name: invite.agency };
    if (c.req.query("declined"))
      return c.html(<DeclinedPage lang={lang} agency={agency} expiresAt={invite.expiresAt} token={token} />);
    return c.html(
      <ConnectPage
        lang={lang}
        agency={agency}
        invitedBy={invite.invitedBy}
        handle={invite.handle}
        expiresAt={invite.expiresAt}
        token={token}
        liveWording={LIVE_WORDING}
      />,
    );
  })
  .post("/connect/:token", notFromElsewhere, door("connect"), bodyAtMost(BODY_BYTES.form), async (c) => {
    const form = await c.req.parseBody();
    const word = (field: string): string | undefined => (typeof form[field] === "string" ? form[field] : undefined);
    const lang = langOf(c, word("lang"));
    const opened = await openInvite(c.env, c.req.param("token"));
    if ("problem" in opened) return problemPage(c, { problem: opened.problem, lang });
    const { url, browser } = await depart(c.env, opened, {
      live: word("live") === "on",
      lang,
      wording: word("wording"),
      liveWording: word("live_wording"),
      browser: getCookie(c, BROWSER, "host"),
    });
    setCookie(c, BROWSER, browser, browserCookie);
    return c.redirect(url, 303);
  })
  .post("/connect/:token/confirm", notFromElsewhere, door("connect"), bodyAtMost(BODY_BYTES.form), async (c) => {
    const form = await c.req.parseBody();
    const state = typeof form.confirm === "string" ? form.confirm : "";
    return answered(c, await confirmOther(c.env, c.req.param("token"), state, getCookie(c, BROWSER, "host")));
  })
  .get("/oauth/tiktok/callback", door("connect"), async (c) => {
    const { state = "", code, error, error_type, errCode } = c.req.query();
    return answered(
      c,
      await arrive(c.env, {
        state,
        code,
        error: error ?? error_type ?? errCode,
        browser: getCookie(c, BROWSER, "host"),
      }),
    );
  });

const inviteSchema = z.object({ url: z.string(), expiresAt: z.string() });

/** Staff's side: a link to send. */
export const invites = new Hono<WithCreator>().use(signedIn).post(
  "/:id/invites",
  describe({
    tag: "TikTok",
    summary: "Makes a link by which the creator connects TikTok; older links are void. ?send=true mails it too",
    answers: { 201: inviteSchema },
  }),
  loadCreator,
  right("connect.invite"),
  door("inviteCreator"),
  idempotent,
  async (c) => {
    const { place, userId } = c.get("session");
    const creator = c.get("creator");
    const id = newId("invite");
    const now = Date.now();
    await c.get("db").batch(insertInvite(c.get("db"), creator.id as CreatorId, id, userId, now));
    const expiresAt = new Date(retainedUntil("connectInvite", now)).toISOString();
    const url = inviteUrl(c.env, place, id);
    if (c.req.query("send") === "true" && creator.email) {
      await sendAccountMail(c.env, id, {
        to: creator.email,
        subject: "An invitation to connect your TikTok account",
        text: `Hello ${creator.displayName},\n\nyour agency asks to see your TikTok figures, read-only. What they would see, and how to stop it, stands on this page:\n\n${url}\n\nThe link is good for one use until ${expiresAt.slice(0, 10)}. If you do not know the agency, ignore this mail: nothing happens.`,
      });
    }
    await audit(c, {
      action: "connect.invited",
      target: { type: "creator", id: creator.id },
      changes: { expiresAt: [null, expiresAt], sent: [null, c.req.query("send") === "true" && creator.email !== null] },
    });
    return c.json({ url, expiresAt }, 201);
  },
);
