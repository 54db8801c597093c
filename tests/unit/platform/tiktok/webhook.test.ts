import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { verifyWebhook } from "../../../../platform/tiktok/webhook.ts";
import { fixtureText } from "../fake-fetch.ts";

interface Vector {
  file: string;
  client_secret: string;
  t: number;
  header: string;
}

const vectors: Vector[] = JSON.parse(fixtureText("webhook_signature_vectors_COMPUTED"));
const SECRET = "test_client_secret_0123456789";
const T = 1_633_174_587;
const BODY = fixtureText("webhook_authorization_removed_doc");
const KEY = "bwo2m45353a6k85";

const sign = (body: string | Uint8Array, t: number | string = T) =>
  `t=${t},s=${createHmac("sha256", SECRET).update(`${t}.`).update(body).digest("hex")}`;

const verify = (change: Partial<Parameters<typeof verifyWebhook>[0]> = {}) =>
  verifyWebhook({
    rawBody: BODY,
    signatureHeader: sign(BODY),
    clientKey: KEY,
    clientSecret: SECRET,
    now: T * 1000,
    ...change,
  });

describe("TikTok's webhook", () => {
  it.each(vectors)("accepts the computed vector $file", ({ file, header, client_secret, t }) => {
    const body = fixtureText(file.replace(/\.json$/, ""));
    const sent: { client_key: string; event: string; create_time: number; user_openid?: string } = JSON.parse(body);
    for (const rawBody of [body, new TextEncoder().encode(body)]) {
      const verdict = verifyWebhook({
        rawBody,
        signatureHeader: header,
        clientKey: sent.client_key,
        clientSecret: client_secret,
        now: t * 1000,
      });
      expect(verdict).toMatchObject({
        ok: true,
        event: { event: sent.event, openId: sent.user_openid ?? null, createdAt: sent.create_time * 1000 },
      });
    }
  });

  it("says why an authorization was removed", () => {
    expect(verify()).toEqual({
      ok: true,
      event: {
        event: "authorization.removed",
        openId: "act.example12345Example12345Example",
        createdAt: 1_615_338_610_000,
        reason: 1,
      },
    });
  });

  it("takes a removal without a readable reason for a removal all the same", () => {
    for (const content of ["not json", "{}", '{"reason":"1"}']) {
      const body = JSON.stringify({ ...JSON.parse(BODY), content });
      const verdict = verify({ rawBody: body, signatureHeader: sign(body) });
      expect(verdict).toMatchObject({ ok: true, event: { event: "authorization.removed" } });
      expect(verdict.ok && "reason" in verdict.event).toBe(false);
    }
  });

  it.each([
    ["no header", null],
    ["an empty one", ""],
    ["no signature", `t=${T}`],
    ["no time", "s=8e580591a668531f3809d7aaf938a2dede92caff08a326536a0b6d9869b31781"],
    ["a signature cut short", sign(BODY).slice(0, -2)],
    ["another signature", sign(BODY).replace(/.$/, (last) => (last === "0" ? "1" : "0"))],
    ["another time than was signed", sign(BODY).replace(String(T), String(T + 1))],
    ["a signature for another body", sign(`${BODY} `)],
  ])("refuses %s", (_, signatureHeader) => {
    expect(verify({ signatureHeader })).toEqual({ ok: false, failure: "signature" });
  });

  it("refuses a body that changed by a byte, or was signed with another secret", () => {
    expect(verify({ rawBody: BODY.replace("1", "2") })).toMatchObject({ failure: "signature" });
    expect(verify({ clientSecret: "another" })).toMatchObject({ failure: "signature" });
  });

  it("refuses everything while no secret is set", () => {
    const forged = `t=${T},s=${createHmac("sha256", "").update(`${T}.${BODY}`).digest("hex")}`;
    expect(verify({ clientSecret: "", signatureHeader: forged })).toMatchObject({ failure: "signature" });
  });

  it("is five minutes old at most, and as much ahead", () => {
    expect(verify({ now: (T + 300) * 1000 }).ok).toBe(true);
    expect(verify({ now: (T - 300) * 1000 }).ok).toBe(true);
    expect(verify({ now: (T + 301) * 1000 })).toEqual({ ok: false, failure: "stale" });
    expect(verify({ now: (T - 301) * 1000 })).toEqual({ ok: false, failure: "stale" });
  });

  it("must be for this app", () => {
    expect(verify({ clientKey: "another" })).toEqual({ ok: false, failure: "client_key" });
  });

  it.each(["", "[]", "{}", "not json", '{"client_key":1}'])("signed but not an event: %j", (body) => {
    expect(verify({ rawBody: body, signatureHeader: sign(body) })).toEqual({ ok: false, failure: "malformed" });
  });

  it("signs the raw bytes, be they no UTF-8", () => {
    const bytes = new Uint8Array([0xff, 0xfe, 0x7b]);
    expect(verify({ rawBody: bytes, signatureHeader: sign(bytes) })).toEqual({ ok: false, failure: "malformed" });
  });
});
