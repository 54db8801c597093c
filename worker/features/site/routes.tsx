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

export const site = new Hono<AppEnv>()
  .get("/", kept, (c) => c.html(<HomePage lang={langOf(c)} />))
  .get("/robots.txt", kept, (c) =>
    c.text("User-agent: *\nDisallow: /app/\nDisallow: /api/\nDisallow: /c/\nDisallow: /connect/\n"),
  )
  .get("/privacy", kept, (c) => c.html(<PrivacyPage lang={langOf(c)} />))
  .get("/terms", kept, (c) => c.html(<TermsPage lang={langOf(c)} />));
