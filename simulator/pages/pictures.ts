/** What TikTok's own sites would show: avatars, covers, the player, a profile. All drawn. */
import { Hono } from "hono";
import { html, raw } from "hono/html";
import { accountByHandle } from "../accounts.ts";
import { coverIsAlive } from "../display/covers.ts";
import { avatarOf, coverSvg } from "../drawings.ts";
import type { Simulation, SimulatorEnv } from "../simulation.ts";
import { page } from "./layout.ts";
import { person } from "./person.ts";

const SVG = { "content-type": "image/svg+xml" };

export const pictureRoutes = ({ options, clock }: Simulation): Hono<SimulatorEnv> => {
  const app = new Hono<SimulatorEnv>();

  app.get("/avatar/:file{.+\\.svg}", (c) => {
    const drawing = avatarOf(c.req.param("file").slice(0, -".svg".length));
    return drawing ? c.body(drawing, 200, { ...SVG, "cache-control": "max-age=3600" }) : c.notFound();
  });

  app.get("/cover/:file{\\d+\\.svg}", (c) => {
    const videoId = c.req.param("file").slice(0, -".svg".length);
    const query = new URL(c.req.url).searchParams;
    if (!coverIsAlive(options.clientSecret, videoId, query, clock())) return c.text("URL signature expired", 403);
    return c.body(coverSvg(videoId), 200, { ...SVG, "cache-control": "private, max-age=3600" });
  });

  app.get("/player/v1/:id{\\d+}", (c) => {
    const drawing = coverSvg(c.req.param("id"));
    return c.html(
      html`<!doctype html><html lang="en"><meta charset="utf-8"><title>Player</title>
<style>html, body { block-size: 100%; margin: 0; background: #000 } svg { inline-size: 100%; block-size: 100% }</style>${raw(drawing)}</html>`,
    );
  });

  const profile = (handle: string) => {
    const account = accountByHandle(handle);
    return account && page(`@${account.handle}`, "narrow", html`${person(account)}<p dir="auto">${account.bio}</p>`);
  };
  app.get("/:handle{@[^/]+}", (c) => {
    const shown = profile(c.req.param("handle"));
    return shown ? c.html(shown) : c.notFound();
  });
  app.get("/:handle{@[^/]+}/video/:id{\\d+}", (c) => c.redirect(`/player/v1/${c.req.param("id")}`));

  return app;
};
