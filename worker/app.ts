import { Hono } from "hono";
import type { AppEnv } from "./env.ts";
import { apiKeys } from "./features/api-keys/routes.ts";
import { audit } from "./features/audit/routes.ts";
import { auth } from "./features/auth/routes.ts";
import { connectPages, invites } from "./features/connect/routes.tsx";
import { creatorPage } from "./features/creator-page/routes.tsx";
import { creators } from "./features/creators/routes.ts";
import { invitations, joining } from "./features/invitations/routes.ts";
import { creatorSessions, live, sessions } from "./features/live/routes.ts";
import { me } from "./features/me/routes.ts";
import { members } from "./features/members/routes.ts";
import { relay } from "./features/relay/routes.ts";
import { site } from "./features/site/routes.tsx";
import { tiktok } from "./features/tiktok/routes.ts";
import { webhooks } from "./features/webhooks/routes.ts";
import { headers, secureAddress } from "./http/headers.ts";
import { requestLog } from "./http/log.ts";
import { openApi } from "./http/openapi.ts";
import { noRoute, problem } from "./http/problem.ts";
import { ApiDocsPage } from "./pages/api-docs.tsx";

/** The API, a line a feature. Its type is the web app's client. */
const api = new Hono<AppEnv>()
  .route("/auth", auth)
  .route("/auth/invitations", joining)
  .route("/me", me)
  .route("/members", members)
  .route("/members/invitations", invitations)
  .route("/api-keys", apiKeys)
  .route("/audit", audit)
  .route("/creators", creators)
  .route("/creators", tiktok)
  .route("/creators", invites)
  .route("/creators", creatorSessions)
  .route("/creators", relay)
  .route("/live", live)
  .route("/live-sessions", sessions);

export type Api = typeof api;

export const app = new Hono<AppEnv>();
app.onError(problem);
app.notFound(noRoute);
app.use(requestLog, headers, secureAddress);
app.get("/healthz", (c) => c.json({ status: "ok" }));
app.get("/api/openapi.json", (c) => c.json(openApi(app, c.env.PUBLIC_URL)));
app.get("/api/docs", (c) => c.html(ApiDocsPage({ document: openApi(app, c.env.PUBLIC_URL) })));
app.route("/api/v1", api);
app.route("/webhooks", webhooks);
app.route("/c", creatorPage);
app.route("/", connectPages);
// Before the shell: `/app/*` is `/app` too.
app.get("/app", (c) => c.redirect("/app/creators"));
app.get("/app/*", (c) => c.env.ASSETS.fetch(new URL("/index.html", c.req.url)));
app.route("/", site);
