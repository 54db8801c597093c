import { type Context, Hono } from "hono";
import type { AppEnv } from "../../env.ts";
import { HomePage } from "../../pages/home.tsx";
import { pickLang } from "../../pages/lang.ts";
import { PrivacyPage } from "../../pages/policy/privacy.tsx";
import { TermsPage } from "../../pages/policy/terms.tsx";

const langOf = (c: Context) => pickLang(c.req.query("lang"), c.req.header("Accept-Language"));

/** Public pages: the same for everybody, so they may be kept for a while. */
export const site = new Hono<AppEnv>()
  .use(async (c, next) => {
    await next();
    c.header("Cache-Control", "public, max-age=300");
    c.header("Vary", "Accept-Language");
  })
  .get("/", (c) => c.html(<HomePage lang={langOf(c)} />))
  .get("/privacy", (c) => c.html(<PrivacyPage lang={langOf(c)} />))
  .get("/terms", (c) => c.html(<TermsPage lang={langOf(c)} />));
