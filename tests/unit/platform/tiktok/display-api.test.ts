import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { TIKTOK_FIELDS, TIKTOK_SCOPES } from "../../../../domain/tiktok-fields.ts";
import { createDisplayApi } from "../../../../platform/tiktok/display-api.ts";
import type { TiktokErrorKind } from "../../../../platform/tiktok/errors.ts";
import { fakeFetch, fixture, html, json, networkFailure, raw, rejection, timeout } from "../fake-fetch.ts";

const TOKEN = "act.SECRET";

function api(...answers: Parameters<typeof fakeFetch>) {
  const { fetch, asked } = fakeFetch(...answers);
  return { client: createDisplayApi({ apiUrl: "https://open.tiktokapis.com", fetch }), asked };
}

const ok = (content: unknown) => json({ data: content, error: { code: "ok", message: "", log_id: "x" } });
const fieldsAsked = (url: URL | undefined) => url?.searchParams.get("fields")?.split(",");

describe("fields=", () => {
  it("is the policy's table for a profile, and nothing else", async () => {
    const { client, asked } = api(fixture("user_info_all_fields_gem"));
    await client.userInfo(TOKEN, TIKTOK_SCOPES);
    expect(asked[0]?.url.pathname).toBe("/v2/user/info/");
    expect([...(asked[0]?.url.searchParams.keys() ?? [])]).toEqual(["fields"]);
    expect(fieldsAsked(asked[0]?.url)).toEqual([
      ...TIKTOK_FIELDS["user.info.basic"],
      ...TIKTOK_FIELDS["user.info.profile"],
      ...TIKTOK_FIELDS["user.info.stats"],
    ]);
  });

  it("leaves out what was not granted", async () => {
    const { client, asked } = api(fixture("user_info_basic_doc"));
    await client.userInfo(TOKEN, ["video.list", "user.info.basic"]);
    expect(fieldsAsked(asked[0]?.url)).toEqual([...TIKTOK_FIELDS["user.info.basic"]]);
  });

  it("is the policy's table for videos, listed or asked for by id", async () => {
    const { client, asked } = api(fixture("video_list_empty_SYNTH"));
    await client.videoPage(TOKEN, { maxCount: 20 });
    await client.videosByIds(TOKEN, ["1"]);
    expect(asked.map(({ url }) => url.pathname)).toEqual(["/v2/video/list/", "/v2/video/query/"]);
    for (const { url } of asked) expect(fieldsAsked(url)).toEqual([...TIKTOK_FIELDS["video.list"]]);
  });

  it("empty is never asked", async () => {
    const { client, asked } = api();
    await expect(client.userInfo(TOKEN, ["video.list"])).rejects.toMatchObject({ kind: "scope" });
    expect(asked).toHaveLength(0);
  });
});

describe("a profile", () => {
  const read = (name: string) => api(fixture(name)).client.userInfo(TOKEN, TIKTOK_SCOPES);

  it("is what was asked for: every other member is dropped", async () => {
    expect(await read("user_info_all_fields_gem")).toEqual({
      openId: "-000i0x9gbo29LyXWyTXAN0oKxrwq33asLRe",
      unionId: "50909395-15be-5688-98f5-ca4cd31c772a",
      displayName: "Test User",
      avatarUrl: "https://example.com/avatar_100.jpg",
      username: "testuser",
      bio: "This is a test bio",
      followers: 1000,
      following: 500,
      likes: 5000,
      videos: 20,
    });
  });

  it("counts likes beyond 2³¹, in digits or in text", async () => {
    expect(await read("user_info_large_int_SYNTH")).toMatchObject({ likes: 12_900_000_000, followers: 162_000_000 });
    const asText = api(ok({ user: { likes_count: "12900000000", follower_count: "many", video_count: -1 } }));
    expect(await asText.client.userInfo(TOKEN, TIKTOK_SCOPES)).toMatchObject({
      likes: 12_900_000_000,
      followers: null,
      videos: null,
    });
  });

  it("has null for what is absent, and 0 for 0", async () => {
    expect(await read("user_info_sparse_SYNTH")).toEqual({
      openId: "-000i0x9gbo29LyXWyTXAN0oKxrwq33asLRe",
      unionId: null,
      displayName: null,
      avatarUrl: null,
      username: null,
      bio: null,
      followers: 0,
      following: null,
      likes: null,
      videos: null,
    });
  });

  it.each(["javascript:alert(1)", "http://example.com/a.jpg", "//example.com/a.jpg", ""])(
    "shows no picture from %j",
    async (avatar_url_100) => {
      const { client } = api(ok({ user: { avatar_url_100 } }));
      expect(await client.userInfo(TOKEN, TIKTOK_SCOPES)).toMatchObject({ avatarUrl: null });
    },
  );

  it("travels with the token in the header alone", async () => {
    const { client, asked } = api(fixture("user_info_basic_doc"));
    await client.userInfo(TOKEN, TIKTOK_SCOPES);
    expect(asked[0]?.init).toMatchObject({ headers: { authorization: `Bearer ${TOKEN}` }, redirect: "manual" });
    expect(asked[0]?.url.href).not.toContain("SECRET");
  });
});

describe("videos", () => {
  it("have text ids, ms and numbers, and no embed HTML", async () => {
    const { client, asked } = api(fixture("video_list_2026_shape_REALDERIVED"));
    const { videos, nextCursor } = await client.videoPage(TOKEN, { cursor: 1_800_000_000_000, maxCount: 20 });
    expect(JSON.parse(String(asked[0]?.init.body))).toEqual({ max_count: 20, cursor: 1_800_000_000_000 });
    expect(nextCursor).toBeNull();
    expect(videos).toEqual([
      {
        id: "7675082523445153027",
        title: expect.stringMatching(/^OS TRAEMOS/),
        coverUrl: expect.stringMatching(/^https:\/\/p16-common-sign/),
        embedUrl: expect.stringMatching(/^https:\/\/www\.tiktok\.com\/player\/v1\/7675082523445153027/),
        durationSeconds: 69,
        createdAt: 1_786_994_411_000,
        views: 795,
        likes: 8,
        comments: 2,
        shares: 0,
      },
    ]);
  });

  it("may be few although there are more", async () => {
    const page = await api(fixture("video_list_short_page_has_more_SYNTH")).client.videoPage(TOKEN, { maxCount: 20 });
    expect(page.videos).toHaveLength(1);
    expect(page.nextCursor).toBe(1_648_493_960_000);
  });

  it.each([
    ["stands still", 1_646_883_959_000],
    ["goes back up", 1_600_000_000_000],
  ])("end where the cursor %s", async (_, cursor) => {
    const page = await api(fixture("video_list_page1_doc")).client.videoPage(TOKEN, { cursor, maxCount: 20 });
    expect(page.videos).toHaveLength(2);
    expect(page.nextCursor).toBeNull();
  });

  it("that cannot be read cost themselves alone", async () => {
    const { client } = api(ok({ videos: [{ title: "no id" }, null, { id: "1", create_time: "soon" }] }));
    expect((await client.videoPage(TOKEN, { maxCount: 20 })).videos).toMatchObject([{ id: "1", createdAt: null }]);
  });

  it("are asked for by at most 20 ids; those that are gone are absent", async () => {
    const { client, asked } = api(fixture("video_query_doc"));
    const videos = await client.videosByIds(TOKEN, ["1234123412345678567", "1010102020203030303", "9"]);
    expect(videos.map(({ id }) => id)).toEqual(["1234123412345678567", "1010102020203030303"]);
    expect(JSON.parse(String(asked[0]?.init.body)).filters.video_ids).toHaveLength(3);

    expect(await client.videosByIds(TOKEN, [])).toEqual([]);
    await expect(client.videosByIds(TOKEN, Array.from({ length: 21 }, String))).rejects.toThrow(RangeError);
    await expect(client.videoPage(TOKEN, { maxCount: 21 })).rejects.toThrow(RangeError);
    expect(asked).toHaveLength(1);
  });
});

describe("whatever goes wrong", () => {
  const leaking = { data: {}, error: { code: "access_token_invalid", message: `Bad ${TOKEN}`, log_id: TOKEN } };
  const faults: [string, Parameters<typeof fakeFetch>[0], TiktokErrorKind][] = [
    ["the token is dead", fixture("api_error_401_access_token_invalid", 401), "token_dead"],
    ["the token stands in the message", json(leaking, 401), "token_dead"],
    ["a scope was not granted", fixture("api_error_401_scope_not_authorized", 401), "scope"],
    ["a field needs another scope", fixture("api_error_400_scope_permission_missed", 400), "scope"],
    ["a field is unknown", fixture("api_error_400_invalid_params_bad_field", 400), "config"],
    ["no field was named", fixture("api_error_400_invalid_params_no_fields", 400), "config"],
    ["429", fixture("api_error_429_rate_limit_exceeded", 429), "rate_limited"],
    ["429 with a page", html(429), "rate_limited"],
    ["500", fixture("api_error_500_internal_error", 500), "transient"],
    ["a page with 500", html(500), "transient"],
    ["nothing with 502", raw("", 502), "transient"],
    ["no network", networkFailure, "transient"],
    ["no answer in time", timeout, "transient"],
    ["200 with an error", fixture("api_error_401_access_token_invalid"), "token_dead"],
    ["200 with a limit", fixture("api_error_429_rate_limit_exceeded"), "rate_limited"],
    ["a page with 200", html(200), "malformed"],
    ["nothing with 200", raw(""), "malformed"],
    ["success without an envelope", json({ user: {} }), "malformed"],
    ["an error that nobody documented", json({ data: {}, error: { code: "__proto__" } }, 400), "malformed"],
    ["a redirect", raw(null, 302, { location: "https://evil.example/" }), "malformed"],
    ["no data in a success", ok(null), "malformed"],
  ];

  for (const call of ["userInfo", "videoPage", "videosByIds"] as const) {
    it.each(faults)(`${call} says so by kind and without the token: %s`, async (_, answer, kind) => {
      const { client } = api(answer);
      const calls = {
        userInfo: () => client.userInfo(TOKEN, TIKTOK_SCOPES),
        videoPage: () => client.videoPage(TOKEN, { maxCount: 20 }),
        videosByIds: () => client.videosByIds(TOKEN, ["1"]),
      };
      const error = await rejection(calls[call]());
      expect(error).toMatchObject({ kind });
      expect(inspect(error, { depth: 5 })).not.toMatch(/SECRET/);
    });
  }
});
