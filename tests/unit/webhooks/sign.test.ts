import { describe, expect, test } from "vitest";
import { newSecret, signedHeaders } from "../../../platform/webhooks/sign.ts";

/** The vector of Standard Webhooks' own libraries, and the one that its first author publishes. */
const PUBLISHED = [
  {
    secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    timestamp: 1614265330,
    body: '{"test": 2432232314}',
    signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  },
  {
    secret: "whsec_plJ3nmyCDGBKInavdOK15jsl",
    id: "msg_loFOjxBNrRLzqYUf",
    timestamp: 1731705121,
    body: '{"event_type":"ping","data":{"success":true}}',
    signature: "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
  },
] as const;

describe("a webhook's signature", () => {
  test.each(PUBLISHED)("is the published one of $id", ({ secret, id, timestamp, body, signature }) => {
    expect(signedHeaders(id, timestamp * 1000 + 999, body, [secret])).toEqual({
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": signature,
    });
  });

  test("is one a secret, the newest first, with a space between", () => {
    const [one, other] = PUBLISHED;
    const both = signedHeaders(one.id, one.timestamp * 1000, one.body, [other.secret, one.secret]);
    const alone = signedHeaders(one.id, one.timestamp * 1000, one.body, [other.secret]);
    expect(both["webhook-signature"]).toBe(`${alone["webhook-signature"]} ${one.signature}`);
  });

  test("is another one for another body, id, second or secret", () => {
    const { id, timestamp, body, secret } = PUBLISHED[0];
    const of = (...changed: Parameters<typeof signedHeaders>) => signedHeaders(...changed)["webhook-signature"];
    const at = timestamp * 1000;
    const signatures = [
      of(id, at, body, [secret]),
      of(id, at, `${body} `, [secret]),
      of(`${id}x`, at, body, [secret]),
      of(id, at + 1000, body, [secret]),
      of(id, at, body, [newSecret()]),
    ];
    expect(new Set(signatures).size).toBe(signatures.length);
  });
});

test("a secret is whsec_ and 32 bytes in base64, never the same twice", () => {
  const secrets = [newSecret(), newSecret()];
  for (const secret of secrets) {
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(Buffer.from(secret.slice(6), "base64")).toHaveLength(32);
  }
  expect(new Set(secrets).size).toBe(2);
});
