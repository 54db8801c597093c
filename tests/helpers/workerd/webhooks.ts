import { env, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { vi } from "vitest";
import {
  type Webhook,
  type WebhookDelivery,
  type WebhookMade,
  webhookDeliverySchema,
  webhookMadeSchema,
  webhookSchema,
} from "../../../domain/records/webhook.ts";
import { webhookSender } from "../../../durable/kit/stubs.ts";
import { type Agency, type Browser, unique } from "./agency.ts";
import { placeOf } from "./rows.ts";

const RESOLVER = "https://cloudflare-dns.com";

/** One request as a receiver got it. */
export interface Received {
  id: string;
  /** s since epoch */
  timestamp: number;
  signatures: string[];
  body: string;
  event: { type: string; timestamp: string; data: Record<string, unknown> };
}

/** Servers of agencies on an Internet of this test file's own: every name leads to a public address. */
const servers = new Map<string, { answer: (received: Received) => Response | Promise<Response>; heard: Received[] }>();

/** An answer that a test holds back. The object waits in its own context: another one could not wake it. */
export function heldBack(): { answer: () => Promise<Response>; release: (status: number) => void } {
  let status: number | null = null;
  return {
    async answer() {
      while (status === null) await new Promise((resolve) => setTimeout(resolve, 10));
      return new Response("at last", { status });
    },
    release(given) {
      status = given;
    },
  };
}

export interface Receiver {
  url: string;
  heard: Received[];
  /** How it answers from now on. */
  answers(answer: (received: Received) => Response | Promise<Response>): void;
}

/** A server of an agency's. It answers 200 until told otherwise. */
export function receiver(): Receiver {
  const url = `https://hook-${unique()}.agency.example/etica`;
  const server = { answer: (): Response | Promise<Response> => new Response("ok"), heard: [] as Received[] };
  servers.set(url, server);
  return {
    url,
    heard: server.heard,
    answers(answer) {
      servers.set(url, Object.assign(server, { answer }));
    },
  };
}

const ADDRESSES = { A: "93.184.216.34", AAAA: "2606:2800:220:1:248:1893:25c8:1946" } as const;

/** The key under which each mail went to the provider, which sends none of them twice. */
export const mailKeys: string[] = [];

/** Puts the receivers on the network; what is nobody's else goes where it went. Undone by `vi.unstubAllGlobals`. */
export function connectReceivers(): void {
  const real = globalThis.fetch;
  vi.stubGlobal("fetch", async (address: RequestInfo | URL, init?: RequestInit) => {
    const url = new URL(address instanceof Request ? address.url : address);
    if (url.origin === RESOLVER) {
      const type = url.searchParams.get("type") === "AAAA" ? "AAAA" : "A";
      return Response.json({ Status: 0, Answer: [{ type: type === "A" ? 1 : 28, data: ADDRESSES[type] }] });
    }
    const headers = new Headers(init?.headers);
    if (url.pathname === "/mail") mailKeys.push(headers.get("Idempotency-Key") ?? "");
    const server = servers.get(url.href);
    if (!server) return url.hostname.endsWith(".agency.example") ? new Response() : real(address, init);
    const body = String(init?.body);
    const received: Received = {
      id: headers.get("webhook-id") ?? "",
      timestamp: Number(headers.get("webhook-timestamp")),
      signatures: (headers.get("webhook-signature") ?? "").split(" "),
      body,
      event: JSON.parse(body),
    };
    server.heard.push(received);
    return server.answer(received);
  });
}

export const senderOf = (home: Agency) => webhookSender(env, placeOf(home));

/** A webhook that hears of `events`. */
export const addWebhook = async (by: Browser, url: string, events: readonly string[]): Promise<WebhookMade> =>
  webhookMadeSchema.parse(await by.api("POST", "/webhooks", { url, events }));

export const webhookOf = async (by: Browser, id: string): Promise<Webhook> =>
  webhookSchema.parse(await by.api("GET", `/webhooks/${id}`));

export const deliveriesOf = async (by: Browser, id: string): Promise<WebhookDelivery[]> =>
  (await by.api<{ items: unknown[] }>("GET", `/webhooks/${id}/deliveries?limit=200`)).items.map((item) =>
    webhookDeliverySchema.parse(item),
  );

/** Time that would have to pass: everything that waits is due, and the alarm rings. Answers when it has been seen to. */
export async function ring(home: Agency): Promise<void> {
  const sender = senderOf(home);
  await runInDurableObject(sender, async (_, { storage }) => {
    storage.sql.exec("UPDATE deliveries SET next_attempt_at = 0 WHERE next_attempt_at IS NOT NULL");
    storage.sql.exec("UPDATE tasks SET due_at = 0 WHERE kind IN ('send', 'mail')");
    await storage.setAlarm(Date.now() + 60_000);
  });
  await runDurableObjectAlarm(sender);
}

/** Rows of the sender's own tables. */
export const senderRows = (home: Agency, text: string): Promise<Record<string, unknown>[]> =>
  runInDurableObject(senderOf(home), (_, { storage }) => storage.sql.exec(text).toArray());

/** Writes into the sender's own tables: time that would have to pass, mostly. */
export const pretend = (home: Agency, text: string, ...params: (string | number)[]): Promise<void> =>
  runInDurableObject(senderOf(home), (_, { storage }) => {
    storage.sql.exec(text, ...params);
  });

/** The instance goes, as for a deploy; whoever comes next reaches a new one. */
export const evict = (home: Agency): Promise<void> => evictDurableObject(senderOf(home));
