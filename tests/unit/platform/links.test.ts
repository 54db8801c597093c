import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { newId } from "../../../domain/ids.ts";
import { type LinkPurpose, linkToken, openLink } from "../../../platform/links.ts";

const KEY = Buffer.alloc(32, 7).toString("base64");
const PURPOSES: readonly LinkPurpose[] = ["invite", "creator-page", "invitation", "password-reset", "email-confirm"];

const place = { region: "eu", tenantId: newId("tenant") } as const;
const subject = newId("invite");

describe("a personal link", () => {
  it("opens what it was made for", () => {
    const token = linkToken(KEY, "invite", place, subject);
    expect(openLink(KEY, "invite", "invite", token)).toEqual({ place, subject });
  });

  it.each(PURPOSES)("made as %s is no other, though it names the same", (purpose) => {
    const token = linkToken(KEY, purpose, place, subject);
    for (const other of PURPOSES)
      expect([other, openLink(KEY, other, "invite", token) !== null]).toEqual([other, other === purpose]);
  });

  it("opens nothing under another deployment's key, in another region, or with more behind it", () => {
    const token = linkToken(KEY, "invite", place, subject);
    const others = Buffer.alloc(32, 8).toString("base64");
    expect(openLink(others, "invite", "invite", token)).toBeNull();
    for (const forged of [token.replace(/^eu/, "us"), `${token}.more`, token.slice(0, -1), token.toLowerCase(), ""])
      expect([forged, openLink(KEY, "invite", "invite", forged)]).toEqual([forged, null]);
  });

  it("has room for no guessing: 128 bits of signature", () => {
    const signature = linkToken(KEY, "invite", place, subject).split(".").at(-1) ?? "";
    expect(Buffer.from(signature, "base64url")).toHaveLength(16);
  });
});
