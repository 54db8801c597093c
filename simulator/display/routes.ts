/**
 * GET /v2/user/info/, POST /v2/video/list/, POST /v2/video/query/.
 * Source: TikTok for Developers, "Display API".
 */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { type Account, accountByHandle } from "../accounts.ts";
import { meetFault } from "../fault-answers.ts";
import type { Scope } from "../login/scopes.ts";
import { fraction } from "../random.ts";
import type { Simulation, SimulatorEnv } from "../simulation.ts";
import { DisplayError, okBody } from "./envelope.ts";
import { requestedFields, USER_FIELDS, VIDEO_FIELDS } from "./fields.ts";
import { type Video, videosAt } from "./videos.ts";

const PAGE = 10;
const LONGEST_PAGE = 20;

const listBody = z.object({
  /** ms since epoch: only older videos are returned */
  cursor: z.number().int().nonnegative().optional(),
  max_count: z.number().int().min(1).max(LONGEST_PAGE).optional(),
});

const queryBody = z.object({
  filters: z.object({ video_ids: z.array(z.string()).min(1).max(LONGEST_PAGE) }),
});

const USER_SCOPES: readonly Scope[] = ["user.info.basic", "user.info.profile", "user.info.stats"];

interface Caller {
  account: Account;
  scopes: readonly Scope[];
}

const readBody = async <Body>(c: Context<SimulatorEnv>, schema: z.ZodType<Body>): Promise<Body> => {
  const text = await c.req.text();
  try {
    return schema.parse(text === "" ? {} : JSON.parse(text));
  } catch {
    throw new DisplayError("invalid_params");
  }
};

/** Now and then TikTok's page is shorter than asked for while there is more. Which ones is a matter of the cursor. */
const pageLength = (handle: string, cursor: number | undefined, asked: number): number =>
  fraction(`short:${handle}:${cursor ?? "first"}`) < 0.3 ? Math.max(1, Math.floor(asked * 0.6)) : asked;

export const displayRoutes = (simulation: Simulation): Hono<SimulatorEnv> => {
  const { grants, options, clock, rateLimit } = simulation;

  const bearerOf = (c: Context<SimulatorEnv>): string =>
    c.req.header("authorization")?.match(/^Bearer (\S+)$/)?.[1] ?? "";

  /** Limit first, then the token: that is the order in which TikTok refuses. */
  const admit = (c: Context<SimulatorEnv>, endpoint: string): Caller => {
    if (!rateLimit.take(endpoint)) throw new DisplayError("rate_limit_exceeded");
    const claims = grants.access(bearerOf(c));
    const account = claims && accountByHandle(claims.handle);
    if (!claims || !account) throw new DisplayError("access_token_invalid");
    return { account, scopes: claims.scopes };
  };

  const videoAnswer = (videos: Video[], fields: string[], account: Account, now: number) =>
    videos.map((video) =>
      Object.fromEntries(fields.map((name) => [name, VIDEO_FIELDS.get(name)?.(video, account, options, now)])),
    );

  const app = new Hono<SimulatorEnv>();

  app.onError((error, c) => {
    if (!(error instanceof DisplayError)) throw error;
    return c.json(error.body(clock()), error.status);
  });

  app.get("/v2/user/info/", async (c) => {
    const fault = await meetFault(c, simulation, "user_info", grants.ownerOf(bearerOf(c)));
    if (fault) return fault;
    const { account, scopes } = admit(c, "user_info");
    if (!USER_SCOPES.some((scope) => scopes.includes(scope))) throw new DisplayError("scope_not_authorized");
    const now = clock();
    const user = requestedFields(c.req.query("fields"), USER_FIELDS).map((name) => {
      const field = USER_FIELDS.get(name);
      if (!field || !scopes.includes(field.scope)) throw new DisplayError("scope_permission_missed");
      return [name, field.read(account, options, now)];
    });
    return c.json(okBody({ user: Object.fromEntries(user) }, now));
  });

  app.post("/v2/video/list/", async (c) => {
    const fault = await meetFault(c, simulation, "video_list", grants.ownerOf(bearerOf(c)));
    if (fault) return fault;
    const { account, scopes } = admit(c, "video_list");
    if (!scopes.includes("video.list")) throw new DisplayError("scope_not_authorized");
    const fields = requestedFields(c.req.query("fields"), VIDEO_FIELDS);
    const { cursor, max_count: asked = PAGE } = await readBody(c, listBody);
    const now = clock();
    const older = videosAt(account, now).filter(
      ({ createTime }) => cursor === undefined || cursor === 0 || createTime * 1000 < cursor,
    );
    const page = older.slice(0, pageLength(account.handle, cursor, asked));
    const last = page.at(-1);
    return c.json(
      okBody(
        {
          videos: videoAnswer(page, fields, account, now),
          cursor: last ? last.createTime * 1000 : (cursor ?? 0),
          has_more: page.length < older.length,
        },
        now,
      ),
    );
  });

  app.post("/v2/video/query/", async (c) => {
    const fault = await meetFault(c, simulation, "video_query", grants.ownerOf(bearerOf(c)));
    if (fault) return fault;
    const { account, scopes } = admit(c, "video_query");
    if (!scopes.includes("video.list")) throw new DisplayError("scope_not_authorized");
    const fields = requestedFields(c.req.query("fields"), VIDEO_FIELDS);
    const { filters } = await readBody(c, queryBody);
    const now = clock();
    // Ids that are gone, or another account's, are absent rather than an error.
    const found = videosAt(account, now).filter(({ id }) => filters.video_ids.includes(id));
    return c.json(okBody({ videos: videoAnswer(found, fields, account, now), cursor: 0, has_more: false }, now));
  });

  return app;
};
