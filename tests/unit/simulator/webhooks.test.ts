import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Simulator } from "../../../simulator/server.ts";
import { webhookSignature } from "../../../simulator/webhooks.ts";
import { CLIENT, connect, postForm, postJson, start } from "./app.ts";

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/tiktok-api/${name}`, import.meta.url), "utf8").replace(/\n$/, "");

const vectorSchema = z.array(
  z.object({ file: z.string(), client_secret: z.string(), t: z.number(), header: z.string() }),
);

describe("the webhook's signature", () => {
  const vectors = vectorSchema.parse(JSON.parse(fixture("webhook_signature_vectors_COMPUTED.json")));

  it.each(vectors)("of $file is the documented one", ({ file, client_secret, t, header }) => {
    expect(webhookSignature(client_secret, t, fixture(file))).toBe(header);
  });
});

describe("authorization.removed", () => {
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  interface Received {
    signature: string;
    body: string;
  }

  /** An app that answers with the given statuses, one after another, then 200. */
  const listen = async (statuses: number[]): Promise<{ simulator: Simulator; received: Received[] }> => {
    const received: Received[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const signature = String(request.headers["tiktok-signature"]);
        received.push({ signature, body: Buffer.concat(chunks).toString() });
        response.writeHead(statuses.shift() ?? 200).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    const simulator = await start({ webhookUrl: `http://127.0.0.1:${port}/webhooks/tiktok` });
    closing.push(
      () => simulator.close(),
      () => server.close(),
    );
    return { simulator, received };
  };

  it("comes signed, names the account's open_id, and is repeated until it is answered with 200", async () => {
    const { simulator, received } = await listen([503]);
    const { openId } = await connect(simulator.origin, "mira.folds");
    await postJson(`${simulator.origin}/_control/accounts/mira.folds/remove`, { reason: 4 });
    await expect.poll(() => received.length, { timeout: 3_000 }).toBe(2);
    const [first, second] = received;
    expect(second?.body).toBe(first?.body);
    const body = JSON.parse(first?.body ?? "");
    expect(body).toMatchObject({
      client_key: CLIENT.client_key,
      event: "authorization.removed",
      user_openid: openId,
      content: '{"reason":4}',
    });
    const t = Number(first?.signature.match(/^t=(\d+),/)?.[1]);
    expect(first?.signature).toBe(webhookSignature(CLIENT.client_secret, t, first?.body ?? ""));
  });

  it("comes back as reason 5 after the app's own revoke", async () => {
    const { simulator, received } = await listen([]);
    const { access } = await connect(simulator.origin, "mira.folds");
    await postForm(`${simulator.origin}/v2/oauth/revoke/`, { token: access });
    await expect.poll(() => received.length).toBe(1);
    expect(JSON.parse(received[0]?.body ?? "").content).toBe('{"reason":5}');
  });
});
