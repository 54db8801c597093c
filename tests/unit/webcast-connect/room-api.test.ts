import { describe, expect, it } from "vitest";
import { LIVE_USER_AGENT } from "../../../durable/webcast/connect-url.ts";
import { createRoomApi } from "../../../durable/webcast/room-api.ts";
import { bytesOf } from "../../../durable/webcast/words.ts";
import { fakeFetch, html, json, networkFailure, raw, timeout } from "../platform/fake-fetch.ts";
import { fetchResult, rawMessage } from "./wire-frames.ts";

const NOW = Date.UTC(2026, 10, 23, 12, 0, 0);
const ROOM = "7301027923362859808";

function api(...answers: Parameters<typeof fakeFetch>) {
  const { fetch, asked } = fakeFetch(...answers);
  const client = createRoomApi({
    webUrl: "https://www.tiktok.com",
    webcastUrl: "https://webcast.tiktok.com",
    signUrl: "https://sign.example",
    signKey: "key-SECRET",
    fetch,
    now: () => NOW,
  });
  return { client, asked };
}

const status = (code: number, user: Record<string, unknown> = {}) =>
  json({
    data: {
      user: { roomId: ROOM, status: code, ...user },
      liveRoom: {
        status: code,
        title: "Evening talk",
        startTime: 1_763_899_200,
        liveRoomStats: { userCount: 412, enterCount: 9000 },
      },
    },
  });

describe("whether a creator is live", () => {
  it("is asked by handle, as a browser asks", async () => {
    const { client, asked } = api(status(4));
    await client.liveStatus("mara_&co");
    expect(asked[0]?.url.href).toBe(
      "https://www.tiktok.com/api-live/user/room/?aid=1988&sourceType=54&uniqueId=mara_%26co",
    );
    expect(asked[0]?.init).toMatchObject({ headers: { "user-agent": LIVE_USER_AGENT }, redirect: "manual" });
  });

  it.each([
    [2, "live"],
    [3, "paused"],
  ] as const)("status %d is %s, with its room", async (code, kind) => {
    expect(await api(status(code)).client.liveStatus("mara")).toEqual({
      kind,
      roomId: ROOM,
      title: "Evening talk",
      startedAt: 1_763_899_200_000,
      viewers: 412,
    });
  });

  it("status 4 is offline although the last room's id stays", async () => {
    expect(await api(status(4)).client.liveStatus("mara")).toEqual({ kind: "offline" });
  });

  it("who was never live is offline", async () => {
    const never = json({ data: { user: { roomId: "", status: 0 }, liveRoom: null } });
    expect(await api(never).client.liveStatus("mara")).toEqual({ kind: "offline" });
  });

  it("needs no more than the user's own status and room", async () => {
    const bare = json({ data: { user: { roomId: ROOM, status: 2 } } });
    expect(await api(bare).client.liveStatus("mara")).toEqual({
      kind: "live",
      roomId: ROOM,
      title: null,
      startedAt: null,
      viewers: null,
    });
  });

  it.each([
    ["an unknown handle", json({ message: "user_not_found", data: {} }), "not_found"],
    ["an unknown handle, said inside", json({ data: { message: "user_not_found" } }), "not_found"],
    ["429", html(429), "limited"],
    ["403", raw("", 403), "blocked"],
    ["a puzzle with 200", html(200), "blocked"],
    ["a way to the login page", raw(null, 302, { location: "/login" }), "blocked"],
    ["500", html(500), "transient"],
    ["nothing", raw(""), "transient"],
    ["200 with an error", json({ status_code: 10_101, message: "Please try again" }), "transient"],
    ["live without a room", status(2, { roomId: "0" }), "transient"],
    ["live in a room that lost digits", status(2, { roomId: 7_301_027_923_362_859 }), "transient"],
    ["no network", networkFailure, "transient"],
    ["no answer in time", timeout, "transient"],
  ] as const)("is not known after %s, and staff read why", async (_, answer, kind) => {
    const said = await api(answer).client.liveStatus("mara");
    expect(said).toMatchObject({ kind, sentence: expect.stringMatching(/^[A-Z].*\.$/) });
    expect(JSON.stringify(said)).not.toMatch(/SECRET/);
  });

  it("says until when it is limited", async () => {
    const said = await api(raw("", 429, { "retry-after": "90" })).client.liveStatus("mara");
    expect(said).toMatchObject({ until: NOW + 90_000, sentence: expect.stringContaining("12:01 UTC") });
  });
});

describe("a room", () => {
  it("says when it began and what it has earned", async () => {
    const { client, asked } = api(
      json({
        data: {
          id: 7_301_027_923_362_860_000,
          status: 2,
          create_time: 1_763_899_200,
          finish_time: 0,
          user_count: 55,
          stats: { total_user: 900, fan_ticket: "23678" },
        },
      }),
    );
    expect(await client.roomInfo(ROOM)).toEqual({
      status: "live",
      createdAt: 1_763_899_200_000,
      fanTicket: 23_678,
      viewers: 55,
    });
    expect(asked[0]?.url.href).toBe(`https://webcast.tiktok.com/webcast/room/info/?aid=1988&room_id=${ROOM}`);
  });

  it("without a counter has an unknown one, not 0", async () => {
    const info = await api(json({ data: { status: 4, create_time: 0 } })).client.roomInfo(ROOM);
    expect(info).toEqual({ status: "offline", createdAt: null, fanTicket: null, viewers: null });
  });

  const faults = [
    html(429),
    html(500),
    html(200),
    raw(""),
    json({ data: { message: "gone" }, status_code: 30_003 }),
    networkFailure,
  ];
  it.each(faults)("that does not answer is null (%#)", async (answer) => {
    expect(await api(answer).client.roomInfo(ROOM)).toBeNull();
  });

  it("is alive or not, several in one question", async () => {
    const { client, asked } = api(
      json({
        data: [
          { room_id: 1, room_id_str: "11", alive: true },
          { room_id: 2, room_id_str: "22", alive: false },
        ],
      }),
    );
    expect(await client.checkAlive(["11", "22"])).toEqual(
      new Map([
        ["11", true],
        ["22", false],
      ]),
    );
    expect(asked[0]?.url.href).toBe("https://webcast.tiktok.com/webcast/room/check_alive/?aid=1988&room_ids=11,22");
    expect(await client.checkAlive([])).toEqual(new Map());
    expect(asked).toHaveLength(1);
  });

  it.each(faults)("is neither when nobody answers (%#)", async (answer) => {
    expect(await api(answer).client.checkAlive([ROOM])).toEqual(new Map());
  });
});

describe("the signature of a dial", () => {
  const body = fetchResult({
    messages: [rawMessage("1")],
    cursor: "c1",
    internalExt: "x",
    routeParams: { wrss: "r" },
    pushServer: "wss://webcast-ws.tiktok.com/push/",
    heartbeatMs: 5000,
  });
  const signature = (cookie = "ttwid=abc") => raw(body, 200, { "x-set-tt-cookie": cookie });

  it("is asked for the very browser that will dial, from the last cursor", async () => {
    const { client, asked } = api(signature());
    const answer = await client.sign(ROOM, { cursor: "c0", userAgent: "Browser/1" });
    expect(answer).toMatchObject({
      cookie: "ttwid=abc",
      result: { cursor: bytesOf("c1"), heartbeatMs: 5000, routeParams: { wrss: "r" }, messages: [{ msgId: 1n }] },
    });
    expect(asked[0]?.url.pathname).toBe(`/webcast/rooms/${ROOM}/connect`);
    expect(Object.fromEntries(asked[0]?.url.searchParams ?? [])).toEqual({
      client: "etica-pro-crm",
      user_agent: "Browser/1",
      cursor: "c0",
    });
    expect(asked[0]?.init).toMatchObject({ headers: { "x-api-key": "key-SECRET" }, redirect: "manual" });
  });

  it("has no cursor the first time", async () => {
    const { client, asked } = api(signature());
    await client.sign(ROOM, { userAgent: "Browser/1" });
    expect(asked[0]?.url.searchParams.has("cursor")).toBe(false);
  });

  it("brings the cookie without the attributes of a Set-Cookie", async () => {
    const answer = await api(signature("ttwid=a%3D; Path=/; Domain=.tiktok.com; HttpOnly; Secure; x=1")).client.sign(
      ROOM,
      {
        userAgent: "Browser/1",
      },
    );
    expect(answer).toMatchObject({ cookie: "ttwid=a%3D; x=1" });
  });

  it.each([
    ["seconds", "120", NOW + 120_000],
    ["a date", new Date(NOW + 30_000).toUTCString(), NOW + 30_000],
    ["a date that is over", new Date(NOW - 30_000).toUTCString(), NOW + 60_000],
    ["nothing", "", NOW + 60_000],
    ["nonsense", "soon", NOW + 60_000],
  ])("is limited until Retry-After says, in %s", async (_, retryAfter, until) => {
    const answer = json({ message: "Too many", limit_label: "hour" }, 429, { "retry-after": retryAfter });
    expect(await api(answer).client.sign(ROOM, { userAgent: "Browser/1" })).toMatchObject({
      refused: "limited",
      until,
      label: "hour",
    });
  });

  it.each([
    ["401", json({ message: "bad key-SECRET" }, 401), "blocked"],
    ["402", json({}, 402), "blocked"],
    ["403", html(403), "blocked"],
    ["429 with a page", html(429), "limited"],
    ["404", json({}, 404), "transient"],
    ["500", html(500), "transient"],
    ["a page with 200", raw("<!doctype html>", 200, { "x-set-tt-cookie": "a=1" }), "transient"],
    ["nothing with 200", raw("", 200, { "x-set-tt-cookie": "a=1" }), "transient"],
    ["200 with an error in JSON", json({ code: 500, message: "x" }, 200, { "x-set-tt-cookie": "a=1" }), "transient"],
    ["no cookie", raw(body), "transient"],
    ["no network", networkFailure, "transient"],
    ["no answer in time", timeout, "transient"],
  ] as const)("is refused after %s, and staff read why", async (_, answer, refused) => {
    const said = await api(answer).client.sign(ROOM, { userAgent: "Browser/1" });
    expect(said).toMatchObject({ refused, sentence: expect.stringMatching(/^The LIVE signer.*\.$/) });
    expect(JSON.stringify(said)).not.toMatch(/SECRET/);
  });
});
