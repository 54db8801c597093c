import { type Context, Hono, type MiddlewareHandler } from "hono";
import type { AppEnv } from "../../env.ts";
import { HomePage } from "../../pages/home.tsx";
import { pickLang } from "../../pages/lang.ts";
import { PrivacyPage } from "../../pages/policy/privacy.tsx";
import { TermsPage } from "../../pages/policy/terms.tsx";

const langOf = (c: Context) => pickLang(c.req.query("lang"), c.req.header("Accept-Language"));

/** The same for everybody, so they may be kept for a while. */
const kept: MiddlewareHandler = async (c, next) => {
  await next();
  c.header("Cache-Control", "public, max-age=300");
  c.header("Vary", "Accept-Language");
};

/** How long what `security.txt` says may be believed (RFC 9116); it is said anew each day. */
const BELIEVED_MS = 180 * 86_400_000;

/** RFC 9116: whom to tell of a hole. @param now ms since epoch */
const securityText = (publicUrl: string, now: number): string =>
  [
    "Contact: mailto:privacy@etica.app",
    `Expires: ${new Date(now + BELIEVED_MS).toISOString().slice(0, 10)}T00:00:00Z`,
    "Preferred-Languages: en, ar",
    `Canonical: ${publicUrl}/.well-known/security.txt`,
    "",
  ].join("\n");

export const site = new Hono<AppEnv>()
  .get("/", kept, (c) => c.html(<HomePage lang={langOf(c)} />))
  .get("/robots.txt", kept, (c) =>
    c.text("User-agent: *\nDisallow: /app/\nDisallow: /api/\nDisallow: /c/\nDisallow: /connect/\n"),
  )
  .get("/.well-known/security.txt", kept, (c) => c.text(securityText(c.env.PUBLIC_URL, Date.now())))
  .get("/privacy", kept, (c) => c.html(<PrivacyPage lang={langOf(c)} />))
  .get("/terms", kept, (c) => c.html(<TermsPage lang={langOf(c)} />));
