import { describe, expect, it } from "vitest";
import { createMail, type MailMessage } from "../../../platform/mail/transport.ts";
import { fakeFetch, networkFailure, raw, timeout } from "./fake-fetch.ts";

const message: MailMessage = {
  from: "Agency <no-reply@agency.example>",
  to: "mara@example.com",
  subject: "Connect your TikTok account",
  text: "https://app.example/connect/x",
  html: "<p>https://app.example/connect/x</p>",
  stream: "account",
};

describe("mail", () => {
  it("is posted as JSON under a key that a provider can deduplicate by", async () => {
    const { fetch, asked } = fakeFetch(raw(null, 202));
    expect(await createMail("http://localhost:8788", fetch).send(message, "invite-1")).toEqual({ status: "sent" });
    expect(asked[0]?.url.href).toBe("http://localhost:8788/mail");
    expect(asked[0]?.init).toMatchObject({
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": "invite-1" },
    });
    expect(JSON.parse(String(asked[0]?.init.body))).toEqual(message);
  });

  it.each([
    ["a busy provider", raw("", 503), "transient"],
    ["a provider that asks to slow down", raw("", 429), "transient"],
    ["a refused message", raw("no such domain", 422), "refused"],
    ["no network", networkFailure, "transient"],
    ["no answer in time", timeout, "transient"],
  ] as const)("says what became of it: %s", async (_, answer, status) => {
    const outcome = await createMail("http://localhost:8788", fakeFetch(answer).fetch).send(message, "k");
    expect(outcome).toMatchObject({ status, sentence: expect.not.stringContaining("@") });
  });

  it("without a provider is a link to copy, and nothing leaves", async () => {
    const { fetch, asked } = fakeFetch();
    expect(await createMail(null, fetch).send(message, "k")).toMatchObject({
      status: "none",
      sentence: expect.stringContaining("copy"),
    });
    expect(asked).toHaveLength(0);
  });
});
