import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ACCOUNTS } from "../../../simulator/accounts.ts";
import { countsAt } from "../../../simulator/display/counts.ts";
import { videosAt } from "../../../simulator/display/videos.ts";
import type { Simulator } from "../../../simulator/server.ts";
import { connect, getJson, postJson, start } from "./app.ts";

let now = Date.UTC(2026, 10, 24, 12);
let simulator: Simulator;
let origin: string;

beforeAll(async () => {
  simulator = await start({ clock: () => now });
  ({ origin } = simulator);
});
afterAll(() => simulator.close());

interface Page {
  videos: { id: string; create_time: number }[];
  cursor: number;
  has_more: boolean;
}

const list = async (token: string, body: object): Promise<Page> => {
  const answer = await postJson(`${origin}/v2/video/list/?fields=id,create_time`, body, token);
  return Object(answer.body.data);
};

const userInfo = (token: string, fields: string) => getJson(`${origin}/v2/user/info/?fields=${fields}`, token);

describe("user info", () => {
  it("wraps every success in an envelope whose error says ok", async () => {
    const { access, openId } = await connect(origin, "colossal.cooper");
    const { body } = await userInfo(access, "open_id,display_name,likes_count");
    expect(body.error).toMatchObject({ code: "ok", message: "" });
    expect(body.data).toMatchObject({ user: { open_id: openId, display_name: "Colossal Coöper" } });
    const { user } = Object(body.data);
    expect(user.likes_count).toBeGreaterThan(12_000_000_000);
  });

  it("may have no name and no union_id", async () => {
    const { access } = await connect(origin, "nameless.wren");
    const { body } = await userInfo(access, "union_id,display_name");
    expect(body.data).toEqual({ user: { display_name: null } });
  });

  it("refuses fields of scopes that were not granted, fields that are none, and no fields", async () => {
    const basic = await connect(origin, "mira.folds", ["user.info.basic"]);
    const videos = await connect(origin, "mira.folds", ["video.list"]);
    const code = async (token: string, fields: string) => {
      const { status, body } = await userInfo(token, fields);
      return [status, Object(body.error).code];
    };
    expect(await code(basic.access, "open_id,follower_count")).toEqual([400, "scope_permission_missed"]);
    expect(await code(videos.access, "open_id")).toEqual([401, "scope_not_authorized"]);
    expect(await code(basic.access, "non_existent_field")).toEqual([400, "invalid_params"]);
    expect(await code(basic.access, "")).toEqual([400, "invalid_params"]);
    expect(await code("", "open_id")).toEqual([401, "access_token_invalid"]);
  });
});

describe("the video list", () => {
  it("is walked to its end by the cursor: every video once, newest first, short pages on the way", async () => {
    const { access } = await connect(origin, "mira.folds");
    const pages: Page[] = [];
    for (let cursor: number | undefined, more = true; more; ) {
      const page = await list(access, { max_count: 10, ...(cursor === undefined ? {} : { cursor }) });
      pages.push(page);
      ({ cursor, has_more: more } = page);
    }
    const ids = pages.flatMap(({ videos }) => videos.map(({ id }) => id));
    const times = pages.flatMap(({ videos }) => videos.map((video) => video.create_time));
    expect(new Set(ids).size).toBe(48);
    expect(ids).toHaveLength(48);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(pages.slice(0, -1).some(({ videos }) => videos.length < 10)).toBe(true);
    for (const id of ids) expect(id).toMatch(/^\d{19}$/);
  });

  it("is empty for somebody who posted nothing, and takes no more than 20 at once", async () => {
    const { access } = await connect(origin, "blank.slate");
    expect(await list(access, {})).toEqual({ videos: [], cursor: 0, has_more: false });
    const tooMany = await postJson(`${origin}/v2/video/list/?fields=id`, { max_count: 21 }, access);
    expect([tooMany.status, Object(tooMany.body.error).code]).toEqual([400, "invalid_params"]);
  });

  it("leaves out of a query what is gone or another's", async () => {
    const { access } = await connect(origin, "mira.folds");
    const { videos } = await list(access, { max_count: 2 });
    const video_ids = [...videos.map(({ id }) => id), "7000000000000000000"];
    const answer = await postJson(`${origin}/v2/video/query/?fields=id`, { filters: { video_ids } }, access);
    expect(Object(answer.body.data).videos).toHaveLength(videos.length);
  });
});

describe("covers", () => {
  it("are drawn, and refused after six hours", async () => {
    const { access } = await connect(origin, "mira.folds");
    const answer = await postJson(`${origin}/v2/video/list/?fields=cover_image_url`, { max_count: 1 }, access);
    const [{ cover_image_url: url }] = Object(answer.body.data).videos;
    expect((await fetch(url)).headers.get("content-type")).toBe("image/svg+xml");
    expect((await fetch(String(url).replace(/x-expires=\d+/, "x-expires=9999999999"))).status).toBe(403);
    now += 6 * 3_600_000 + 1_000;
    expect((await fetch(url)).status).toBe(403);
  });
});

describe("the rate limit", () => {
  it("is a sliding minute for each endpoint", async () => {
    const { access } = await connect(origin, "mira.folds");
    now += 60_000;
    await postJson(`${origin}/_control/settings`, { rateLimit: 2 });
    const ask = async () => (await userInfo(access, "open_id")).status;
    expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 429]);
    expect((await list(access, {})).videos.length).toBeGreaterThan(0);
    now += 60_000;
    expect(await ask()).toBe(200);
    await postJson(`${origin}/_control/settings`, { rateLimit: 600 });
  });
});

describe("the numbers", () => {
  const DAY = 86_400_000;
  const account = ACCOUNTS[0];

  it("are a function of account and hour, and move from day to day", () => {
    if (!account) throw new Error("there are no accounts");
    expect(countsAt(account, now)).toEqual(countsAt(account, now));
    const days = Array.from({ length: 60 }, (_, day) => countsAt(account, now - day * DAY).followers);
    expect(new Set(days).size).toBeGreaterThan(50);
    expect(days[0]).toBeGreaterThan(days[59] ?? 0);
  });

  it("of a video never fall, and new videos come", () => {
    if (!account) throw new Error("there are no accounts");
    const [today, later] = [videosAt(account, now), videosAt(account, now + 7 * DAY)];
    const before = new Map(today.map((video) => [video.id, video]));
    const kept = later.filter(({ id }) => before.has(id));
    expect(kept.length).toBeGreaterThan(30);
    expect(kept.length).toBeLessThan(later.length);
    for (const video of kept) expect(video.views).toBeGreaterThanOrEqual(before.get(video.id)?.views ?? 0);
  });
});
