import { Hono } from "hono";
import type { AppEnv } from "./env.ts";
import { apiKeys } from "./features/api-keys/routes.ts";
import { audit } from "./features/audit/routes.ts";
import { auth } from "./features/auth/routes.ts";
import { connectPages, invites } from "./features/connect/routes.tsx";
import { creatorPage } from "./features/creator-page/routes.tsx";
import { creators } from "./features/creators/routes.ts";
import { cspReports } from "./features/csp-reports/routes.ts";
import { invitations, joining } from "./features/invitations/routes.ts";
import { creatorSessions, live, sessions } from "./features/live/routes.ts";
import { me } from "./features/me/routes.ts";
import { members } from "./features/members/routes.ts";
import { operationalLog } from "./features/operational-log/routes.ts";
import { recovery } from "./features/recovery/routes.ts";
import { relay } from "./features/relay/routes.ts";
import { secondFactor } from "./features/second-factor/routes.ts";
import { ownSessions } from "./features/sessions/routes.ts";
import { site } from "./features/site/routes.tsx";
import { tenant } from "./features/tenant/routes.ts";
import { tiktok } from "./features/tiktok/routes.ts";
import { webhooks } from "./features/webhooks/routes.ts";
import { webhooksOut } from "./features/webhooks-out/routes.ts";
import { healthOf } from "./health.ts";
import { headers, secureAddress } from "./http/headers.ts";
import { requestLog } from "./http/log.ts";
import { openApi } from "./http/openapi.ts";
import { noRoute, problem } from "./http/problem.ts";
import { REPORTS_PATH } from "./http/security-headers.ts";
import { ApiDocsPage } from "./pages/api-docs.tsx";

/** The API, a line a feature. Its type is the web app's client. */
const api = new Hono<AppEnv>()
  .route("/auth", auth)
  .route("/auth", recovery)
  .route("/auth/invitations", joining)
  // Before `/me`, whose checks would be asked of them too.
  .route("/me/sessions", ownSessions)
  .route("/me/totp", secondFactor)
  .route("/me", me)
  .route("/tenant", tenant)
  .route("/members", members)
  .route("/members/invitations", invitations)
  .route("/api-keys", apiKeys)
  .route("/webhooks", webhooksOut)
  .route("/audit", audit)
  .route("/creators", creators)
  .route("/creators", tiktok)
  .route("/creators", invites)
  .route("/creators", creatorSessions)
  .route("/creators", relay)
  .route("/live", live)
  .route("/live-sessions", sessions)
  .route("/operational-log", operationalLog);

export type Api = typeof api;

export const app = new Hono<AppEnv>();
app.onError(problem);
app.notFound(noRoute);
app.use(requestLog, headers, secureAddress);
app.get("/healthz", async (c) => c.json(await healthOf(c.env)));
app.get("/api/openapi.json", (c) => c.json(openApi(app, c.env.PUBLIC_URL)));
app.get("/api/docs", (c) => c.html(ApiDocsPage({ document: openApi(app, c.env.PUBLIC_URL) })));
app.route("/api/v1", api);
app.route("/webhooks", webhooks);
app.route(REPORTS_PATH, cspReports);
app.route("/c", creatorPage);
app.route("/", connectPages);
// Before the shell: `/app/*` is `/app` too.
app.get("/app", (c) => c.redirect("/app/creators"));
app.get("/app/*", (c) => c.env.ASSETS.fetch(new URL("/index.html", c.req.url)));
app.route("/", site);
