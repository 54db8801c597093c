import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createVault, type SealContext, VaultError } from "../../../platform/vault.ts";
import { rejection } from "./fake-fetch.ts";

const keyText = (fill: number) => Buffer.alloc(32, fill).toString("base64");
const OLD = `2025a:${keyText(1)}`;
const NEW = `2026a:${keyText(2)}`;
const place: SealContext = { tenant: "tn_1", record: "cn_1", purpose: "access_token" };

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  const error = await rejection(attempt);
  expect(error).toBeInstanceOf(VaultError);
  return error instanceof VaultError ? error.code : "";
}

describe("the vault", () => {
  it("opens what it sealed, whatever it was", async () => {
    const vault = createVault(NEW);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 300 }), async (secret) => {
        const plain = secret.toWellFormed();
        expect(await vault.open(await vault.seal(plain, place), place)).toBe(plain);
      }),
      { numRuns: 40 },
    );
  });

  it("seals as v1.<key id>.<96-bit nonce>.<ciphertext>, never twice the same", async () => {
    const vault = createVault(NEW);
    const one = await vault.seal("act.secret", place);
    expect(one).toMatch(/^v1\.2026a\.[\w-]{16}\.[\w-]+$/);
    expect(one).not.toContain("act.secret");
    expect(await vault.seal("act.secret", place)).not.toBe(one);
  });

  it("rotates: the first key seals, the older ones still open", async () => {
    const sealed = await createVault(OLD).seal("rft.secret", place);
    const rotated = createVault(`${NEW}, ${OLD}`);
    expect(await rotated.open(sealed, place)).toBe("rft.secret");
    expect(rotated.keyIdOf(sealed)).toBe("2025a");
    expect(rotated.activeKeyId).toBe("2026a");
    expect(rotated.keyIdOf(await rotated.seal("rft.secret", place))).toBe("2026a");
  });

  it.each([
    ["another tenant", { ...place, tenant: "tn_2" }],
    ["another record", { ...place, record: "cn_2" }],
    ["another purpose", { ...place, purpose: "refresh_token" as const }],
    ["the same letters cut elsewhere", { ...place, tenant: "tn_1cn", record: "_1" }],
  ])("refuses an envelope that was moved to %s", async (_, moved) => {
    const vault = createVault(NEW);
    const sealed = await vault.seal("act.secret", place);
    expect(await codeOf(vault.open(sealed, moved))).toBe("vault_envelope_refused");
  });

  it("refuses an envelope with any character of its nonce or ciphertext changed", async () => {
    const vault = createVault(NEW);
    const sealed = await vault.seal("act.secret", place);
    const start = "v1.2026a.".length;
    for (let at = start; at < sealed.length - 1; at++) {
      if (sealed[at] === ".") continue;
      const changed = sealed.slice(0, at) + (sealed[at] === "A" ? "B" : "A") + sealed.slice(at + 1);
      expect(await codeOf(vault.open(changed, place))).toBe("vault_envelope_refused");
    }
  });

  it("refuses an envelope whose key id was swapped for another known key", async () => {
    const ring = createVault(`${NEW},${OLD}`);
    const sealed = await ring.seal("act.secret", place);
    expect(await codeOf(ring.open(sealed.replace("2026a", "2025a"), place))).toBe("vault_envelope_refused");
  });

  it("says which key is missing, and nothing of the secret", async () => {
    const sealed = await createVault(OLD).seal("act.secret", place);
    const attempt = createVault(NEW).open(sealed, place);
    expect(await codeOf(attempt)).toBe("vault_key_unknown");
    await expect(attempt).rejects.toThrow(/2025a/);
    await expect(attempt).rejects.not.toThrow(/act\.secret/);
  });

  it.each(["", "act.secret", "v2.2026a.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAA", "v1.2026a.AAAA.AAAA"])(
    "knows that %j is no envelope",
    async (stored) => {
      expect(await codeOf(createVault(NEW).open(stored, place))).toBe("vault_envelope_malformed");
    },
  );

  it.each(["", "2026a", "2026a:short", `bad id:${keyText(1)}`, `${NEW},`, `${NEW},${NEW}`, `2026a:${keyText(1)}!`])(
    "refuses the key ring %j without repeating it",
    (ring) => {
      expect(() => createVault(ring)).toThrow(VaultError);
      expect(() => createVault(ring)).not.toThrow(keyText(1));
    },
  );
});
