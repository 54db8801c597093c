import { afterEach, describe, expect, it, vi } from "vitest";
import { HOSTS, type HostEnv, outbound, outsideUrls } from "../../../platform/hosts.ts";

const LOCAL: HostEnv = {
  TIKTOK_AUTHORIZE_URL: "http://localhost:8788/v2/auth/authorize/",
  TIKTOK_API_URL: "http://localhost:8788",
  LIVE_WEB_URL: "http://localhost:8788",
  LIVE_WEBCAST_URL: "http://localhost:8788",
  LIVE_SIGN_URL: "http://localhost:8788",
  MAIL_URL: "http://localhost:8788",
};

function spy() {
  const fetch = vi.fn(async (_url: URL, _init: RequestInit) => new Response("{}"));
  vi.stubGlobal("fetch", fetch);
  return fetch;
}

afterEach(() => vi.unstubAllGlobals());

const refused = { code: "host_refused" };
const upgrade = { headers: { Upgrade: "websocket" } };

describe("outside hosts", () => {
  it("are TikTok's, the signer's, the resolver's and nobody else's unless the environment says so", () => {
    expect(outsideUrls({})).toEqual({
      authorizeUrl: "https://www.tiktok.com/v2/auth/authorize/",
      apiUrl: "https://open.tiktokapis.com",
      liveWebUrl: "https://www.tiktok.com",
      liveWebcastUrl: "https://webcast.tiktok.com",
      liveSignUrl: "https://api.eulerstream.com",
      mailUrl: null,
      dnsUrl: "https://cloudflare-dns.com",
    });
  });

  it("each have a purpose that the policy can print", () => {
    for (const { purpose } of Object.values(HOSTS)) expect(purpose).toMatch(/^[A-Z'].{20,}/);
  });

  it("lose a trailing slash, the consent screen's excepted", () => {
    const urls = outsideUrls({ TIKTOK_API_URL: "https://sandbox.example/", MAIL_URL: "https://mail.example/" });
    expect(urls.apiUrl).toBe("https://sandbox.example");
    expect(urls.mailUrl).toBe("https://mail.example");
    expect(outsideUrls(LOCAL).authorizeUrl).toMatch(/\/$/);
  });

  it.each(["http://example.com", "ftp://localhost", "javascript:alert(1)", "nonsense"])("cannot be %s", (address) => {
    expect(() => outsideUrls({ LIVE_SIGN_URL: address })).toThrow(expect.objectContaining({ code: "host_invalid" }));
    expect(() => outbound({ MAIL_URL: address })).toThrow("MAIL_URL");
  });
});

describe("the way out", () => {
  it("leads to the listed origins, and follows no redirect", async () => {
    const fetch = spy();
    const out = outbound({});
    await out("https://open.tiktokapis.com/v2/user/info/?fields=open_id", { redirect: "follow" });
    expect(fetch).toHaveBeenCalledOnce();
    expect(fetch.mock.calls[0]?.[1]).toMatchObject({ redirect: "manual" });
  });

  it.each([
    "https://evil.example/",
    "https://open.tiktokapis.com.evil.example/",
    "http://open.tiktokapis.com/",
    "https://open.tiktokapis.com:8443/",
    "https://user:pw@evil.example/",
    "http://169.254.169.254/latest/meta-data/",
    "http://localhost:8788/",
    "https://webcast-ws.tiktok.com/",
  ])("does not lead to %s", async (address) => {
    const fetch = spy();
    await expect(outbound({})(address)).rejects.toMatchObject(refused);
    expect(fetch).not.toHaveBeenCalled();
  });

  it.each([
    "https://webcast-ws.tiktok.com/webcast/im/push/",
    "wss://webcast5-ws-web-lf.tiktok.com/webcast/im/push/",
    "wss://im-ws.tiktokv.eu/push",
    "wss://ws.tiktokcdn-us.com/push",
  ])("lets a socket dial TikTok's push server %s", async (address) => {
    const fetch = spy();
    await outbound({})(address, upgrade);
    expect(fetch).toHaveBeenCalledOnce();
  });

  it.each([
    "wss://eviltiktok.com/",
    "wss://tiktok.com.evil.example/",
    "ws://ws.tiktok.com/",
    "ws://127.0.0.1:9000/",
    "wss://ws.tiktok.com:22/",
  ])("lets no socket dial %s", async (address) => {
    const fetch = spy();
    await expect(outbound({})(address, upgrade)).rejects.toMatchObject(refused);
    expect(fetch).not.toHaveBeenCalled();
  });

  it("lets a socket dial loopback only while the signer is on loopback itself", async () => {
    const fetch = spy();
    await outbound(LOCAL)("http://127.0.0.1:9000/webcast/im/push/", upgrade);
    expect(fetch).toHaveBeenCalledOnce();
    await expect(outbound(LOCAL)("http://127.0.0.1:9000/webcast/im/push/")).rejects.toMatchObject(refused);
    await expect(outbound(LOCAL)("ws://192.168.0.10:9000/", upgrade)).rejects.toMatchObject(refused);
  });
});
