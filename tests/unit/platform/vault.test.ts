import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { createVault, type SealContext, VaultError, withNewKey } from "../../../platform/vault.ts";
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

  it("refuses an envelope with any character changed, wherever", async () => {
    const ring = createVault(`${NEW},${OLD}`);
    const sealed = await ring.seal("act.secret", place);
    for (let at = 0; at < sealed.length; at++)
      for (const other of ["A", "B", ".", "=", ""]) {
        if (sealed[at] === other) continue;
        const changed = sealed.slice(0, at) + other + sealed.slice(at + 1);
        expect(await codeOf(ring.open(changed, place))).toMatch(/^vault_(envelope|key)_/);
      }
  });

  it("refuses another spelling of the same bytes", async () => {
    const vault = createVault(NEW);
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    // The last letter of eleven bytes and a tag holds six bits' room for less.
    const sealed = await vault.seal("act.secret.", place);
    const opening = [...letters].filter((letter) => letter !== sealed.at(-1));
    for (const letter of opening)
      expect(await codeOf(vault.open(sealed.slice(0, -1) + letter, place))).toMatch(/^vault_envelope_/);
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

  it("tells an operator aloud that a key is missing, by the tenant's id and nothing of the secret", async () => {
    const told = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const sealed = await createVault(OLD).seal("act.secret", place);
    await codeOf(createVault(NEW).open(sealed, { ...place, tenant: "tn_01KTENANT0000000000000000A" }));
    const [[line] = []] = told.mock.calls;
    expect(JSON.parse(String(line))).toMatchObject({
      level: "error",
      event: "vault.key_missing",
      tenantId: "tn_01KTENANT0000000000000000A",
    });
    told.mockRestore();
  });

  it("takes a fresh key in front, under which what was sealed before still opens", async () => {
    const sealed = await createVault(OLD).seal("act.secret", place);
    const { keyId, ring } = withNewKey(OLD, Date.UTC(2026, 10, 24));
    expect(keyId).toMatch(/^k20261124[0-9a-f]{4}$/);
    expect(createVault(ring)).toMatchObject({ activeKeyId: keyId, hasOlder: true });
    expect(await createVault(ring).open(sealed, place)).toBe("act.secret");
    expect(createVault(withNewKey("", 0).ring).hasOlder).toBe(false);
    expect(() => withNewKey("no ring", 0)).toThrow(VaultError);
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
