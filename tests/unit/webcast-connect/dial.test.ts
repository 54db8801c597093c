import { describe, expect, it } from "vitest";
import { dialThrough } from "../../../durable/webcast/dial.ts";
import { fakeFetch, networkFailure, raw } from "../platform/fake-fetch.ts";

const HEADERS = { "user-agent": "Browser/1", cookie: "ttwid=abc" };

describe("dialing by fetch", () => {
  it("asks for an upgrade over https with the browser's name and cookie", async () => {
    const { fetch, asked } = fakeFetch(raw(null, 200));
    await dialThrough(fetch)("wss://ws.tiktok.com/push/?room_id=1", HEADERS);
    await dialThrough(fetch)("ws://127.0.0.1:9000/push/", HEADERS);
    expect(asked.map(({ url }) => url.href)).toEqual([
      "https://ws.tiktok.com/push/?room_id=1",
      "http://127.0.0.1:9000/push/",
    ]);
    expect(asked[0]?.init.headers).toEqual({ ...HEADERS, upgrade: "websocket" });
  });

  it("hands over an accepted socket that speaks in ArrayBuffers", async () => {
    const accepted: string[] = [];
    const socket = { binaryType: "blob", accept: () => accepted.push(socket.binaryType) };
    const answer = await dialThrough(async () => Object.assign(new Response(null), { webSocket: socket }))(
      "wss://ws.tiktok.com/",
      {},
    );
    expect(answer).toEqual({ socket });
    expect(accepted).toEqual(["arraybuffer"]);
  });

  it("reads TikTok's refusal, an HTTP 200 that explains itself", async () => {
    const { fetch } = fakeFetch(raw("", 200, { "handshake-msg": "DEVICE_BLOCKED", "handshake-status": "415" }));
    expect(await dialThrough(fetch)("wss://ws.tiktok.com/", HEADERS)).toEqual({
      refused: { status: 415, message: "DEVICE_BLOCKED" },
    });
  });

  it("reads a refusal that does not", async () => {
    expect(await dialThrough(fakeFetch(raw("no", 503)).fetch)("wss://ws.tiktok.com/", HEADERS)).toEqual({
      refused: { status: 503, message: "" },
    });
  });

  it("lets a network failure through", async () => {
    await expect(dialThrough(fakeFetch(networkFailure).fetch)("wss://ws.tiktok.com/", HEADERS)).rejects.toThrow();
  });
});
