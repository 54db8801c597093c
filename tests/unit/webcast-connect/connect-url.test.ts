import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextDialDelay } from "../../../durable/webcast/backoff.ts";
import { connectUrl } from "../../../durable/webcast/connect-url.ts";
import { bytesOf } from "../../../durable/webcast/words.ts";

const signed = {
  pushServer: "wss://webcast-ws.tiktok.com/webcast/im/ws_proxy/ws_reuse_supplement/",
  cursor: bytesOf("1785_2"),
  internalExt: bytesOf("fetch_time:1785|start_time:0|ack_ids:,,|flag:0 +"),
  routeParams: { imprp: "a+b/c=", wrss: "x y" },
};

describe("the address of a room's socket", () => {
  it("says what a browser says, then the room, the signer's cursor and its route parameters", () => {
    expect(connectUrl("7301027923362859808", signed)).toBe(
      "wss://webcast-ws.tiktok.com/webcast/im/ws_proxy/ws_reuse_supplement/" +
        "?aid=1988&app_name=tiktok_web&device_platform=web&identity=audience&live_id=12&compress=gzip" +
        "&resp_content_type=protobuf&version_code=270000&room_id=7301027923362859808&cursor=1785_2" +
        "&internal_ext=fetch_time%3A1785%7Cstart_time%3A0%7Cack_ids%3A%2C%2C%7Cflag%3A0%20%2B" +
        "&imprp=a%2Bb%2Fc%3D&wrss=x%20y",
    );
  });

  it("keeps a query of the push server's own, and says nothing twice", () => {
    const url = new URL(
      connectUrl("1", {
        ...signed,
        pushServer: "ws://127.0.0.1:9000/push?shard=4&aid=1",
        routeParams: { live_id: "13" },
      }),
    );
    expect(url.searchParams.getAll("shard")).toEqual(["4"]);
    expect(url.searchParams.getAll("aid")).toEqual(["1988"]);
    expect(url.searchParams.getAll("live_id")).toEqual(["13"]);
  });
});

describe("the wait before the next dial", () => {
  it("doubles from 1–2 s to 30–60 s and never leaves 1–60 s", () => {
    expect([0, 1, 4, 5, 6, 4000].map((attempt) => nextDialDelay(attempt, 0))).toEqual([
      1000, 2000, 16_000, 30_000, 30_000, 30_000,
    ]);
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, random) => {
        const delay = nextDialDelay(attempt, random);
        return delay >= 1000 && delay <= 60_000 && delay <= nextDialDelay(attempt + 1, random);
      }),
    );
  });

  it("spreads rooms that fell together", () => {
    expect(nextDialDelay(0, 0.25)).not.toBe(nextDialDelay(0, 0.75));
  });
});
