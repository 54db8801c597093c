import { afterEach, describe, expect, test, vi } from "vitest";
import { postToAgency } from "../../../platform/webhooks/outbound.ts";

const ENV = { PUBLIC_URL: "https://crm.etica.example" };
const HOOK = "https://hooks.agency.example/etica";
const RESOLVER = "https://cloudflare-dns.com";

interface World {
  /** What the resolver says of every name: addresses by record type; "down" where it does not answer. */
  dns: { A?: string[]; AAAA?: string[] } | "down";
  receiver: (init: RequestInit) => Response | Promise<Response>;
}

/** The Internet of one test. @returns what was sent to the receiver */
function internet({ dns, receiver }: World): { url: string; init: RequestInit }[] {
  const sent: { url: string; init: RequestInit }[] = [];
  vi.stubGlobal("fetch", async (address: URL, init: RequestInit = {}) => {
    if (address.origin !== RESOLVER) {
      sent.push({ url: address.href, init });
      return receiver(init);
    }
    if (dns === "down") return new Response("", { status: 502 });
    const type = address.searchParams.get("type") === "AAAA" ? "AAAA" : "A";
    const records = (dns[type] ?? []).map((data) => ({ name: "n", type: type === "A" ? 1 : 28, TTL: 60, data }));
    const alias = { name: "n", type: 5, TTL: 60, data: "elsewhere.example." };
    return Response.json({ Status: 0, ...(records.length > 0 ? { Answer: [alias, ...records] } : {}) });
  });
  return sent;
}

const PUBLIC = { A: ["93.184.216.34"], AAAA: ["2606:2800:220:1:248:1893:25c8:1946"] };
const fine = () => new Response("fine");
const post = (address = HOOK, env = ENV) => postToAgency(env, address, { "webhook-id": "ev_1" }, "{}");

afterEach(() => vi.unstubAllGlobals());

describe("a webhook is posted", () => {
  test("to where its name leads, and its status is all that is heard", async () => {
    const sent = internet({ dns: PUBLIC, receiver: fine });
    expect(await post()).toEqual({ status: 200, retryAfterSeconds: null });
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ url: HOOK, init: { method: "POST", body: "{}", redirect: "manual" } });
  });

  test("and an answer that leads elsewhere is not followed", async () => {
    const away = () => new Response(null, { status: 307, headers: { Location: "https://10.0.0.1/" } });
    const sent = internet({ dns: PUBLIC, receiver: away });
    expect(await post()).toMatchObject({ status: 307 });
    expect(sent).toHaveLength(1);
  });

  test("and a server may ask for patience, in seconds", async () => {
    const busy = (after: string) => () => new Response("", { status: 503, headers: { "Retry-After": after } });
    internet({ dns: PUBLIC, receiver: busy("120") });
    expect(await post()).toEqual({ status: 503, retryAfterSeconds: 120 });
    internet({ dns: PUBLIC, receiver: busy("Wed, 21 Oct 2026 07:28:00 GMT") });
    expect(await post()).toEqual({ status: 503, retryAfterSeconds: null });
  });

  test("and of an answer without end a kilobyte is read", async () => {
    let given = 0;
    let left = false;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        given += 512;
        controller.enqueue(new Uint8Array(512));
      },
      cancel() {
        left = true;
      },
    });
    internet({ dns: PUBLIC, receiver: () => new Response(endless) });
    expect(await post()).toMatchObject({ status: 200 });
    expect(left).toBe(true);
    expect(given).toBeLessThanOrEqual(2_048);
  });

  test("and an answer that breaks off has been heard", async () => {
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error("reset")) });
    internet({ dns: PUBLIC, receiver: () => new Response(broken, { status: 202 }) });
    expect(await post()).toMatchObject({ status: 202 });
  });
});

describe("nothing is sent", () => {
  test.each([
    ["a private address", { A: ["10.0.0.5"] }],
    ["loopback", { A: ["127.0.0.1"] }],
    ["the metadata service", { A: ["169.254.169.254"] }],
    ["a private address of IPv6", { AAAA: ["fd00::5"] }],
    ["loopback in IPv6's clothes", { AAAA: ["::ffff:127.0.0.1"] }],
    ["a public address and a private one", { A: ["93.184.216.34", "192.168.0.1"] }],
    ["a public address and a private one of the other kind", { A: ["93.184.216.34"], AAAA: ["::1"] }],
    ["something that is no address", { A: ["nonsense"] }],
  ])("where the name leads to %s", async (_what, dns) => {
    const sent = internet({ dns, receiver: fine });
    expect(await post()).toEqual({ error: "address_refused" });
    expect(sent).toEqual([]);
  });

  test("where the name leads nowhere, or nobody says where", async () => {
    const nowhere = internet({ dns: {}, receiver: fine });
    expect(await post()).toEqual({ error: "no_such_host" });
    const down = internet({ dns: "down", receiver: fine });
    expect(await post()).toEqual({ error: "unreachable" });
    expect([...nowhere, ...down]).toEqual([]);
  });

  test("to an address that would not be taken today", async () => {
    const sent = internet({ dns: PUBLIC, receiver: fine });
    for (const address of [
      "http://hooks.agency.example/",
      "https://192.168.0.1/",
      "https://u:p@hooks.agency.example/",
      "?",
    ])
      expect(await post(address)).toEqual({ error: "address_refused" });
    expect(sent).toEqual([]);
  });

  test("to this machine, unless the app is on it", async () => {
    const sent = internet({ dns: "down", receiver: fine });
    expect(await post("http://127.0.0.1:9000/")).toEqual({ error: "address_refused" });
    expect(sent).toEqual([]);
    const local = { PUBLIC_URL: "http://localhost:8787" };
    expect(await post("http://127.0.0.1:9000/", local)).toMatchObject({ status: 200 });
    expect(sent).toHaveLength(1);
  });
});

test("a server that cannot be reached is an outcome, not an error", async () => {
  internet({
    dns: PUBLIC,
    receiver: () => {
      throw new TypeError("connection refused");
    },
  });
  expect(await post()).toEqual({ error: "unreachable" });
});

test("a server that says nothing for five seconds is left", async () => {
  const asked: number[] = [];
  const timer = vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
    asked.push(ms);
    return ms === 5_000 ? AbortSignal.abort(new DOMException("late", "TimeoutError")) : new AbortController().signal;
  });
  const silent = ({ signal }: RequestInit) => {
    signal?.throwIfAborted();
    return fine();
  };
  internet({ dns: PUBLIC, receiver: silent });
  expect(await post()).toEqual({ error: "timeout" });
  expect(asked).toContain(5_000);
  timer.mockRestore();
});
