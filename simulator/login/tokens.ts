/**
 * Tokens that say themselves what they are, signed with the client's secret: what an app stored
 * before the simulator's restart works after it.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { isScope, type Scope } from "./scopes.ts";

const claimsSchema = z.object({
  kind: z.enum(["access", "refresh"]),
  /** One consent: its tokens live and die together. */
  grant: z.string(),
  handle: z.string(),
  scopes: z.array(z.string().refine(isScope)),
  /** ms since epoch: when the creator consented */
  grantedAt: z.number(),
  /** ms since epoch: when this token was issued */
  issuedAt: z.number(),
  /** ms since epoch */
  expiresAt: z.number(),
  /** How many refreshes lie between the consent and this token. */
  generation: z.number().int(),
});

export interface Claims extends Omit<z.infer<typeof claimsSchema>, "scopes"> {
  scopes: Scope[];
}

const PREFIX = { access: "act", refresh: "rft" } as const;

const signatureOf = (secret: string, body: string): Buffer => createHmac("sha256", secret).update(body).digest();

export const writeToken = (secret: string, claims: Claims): string => {
  const body = `${PREFIX[claims.kind]}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
  return `${body}.${signatureOf(secret, body).toString("base64url")}`;
};

/** The claims of a token that was issued here, however old; undefined for anything else. */
export const readToken = (secret: string, token: string): Claims | undefined => {
  const [prefix, body, signature] = token.split(".");
  if (!prefix || !body || !signature) return undefined;
  const given = Buffer.from(signature, "base64url");
  const due = signatureOf(secret, `${prefix}.${body}`);
  if (given.length !== due.length || !timingSafeEqual(given, due)) return undefined;
  const claims = claimsSchema.safeParse(JSON.parse(Buffer.from(body, "base64url").toString()));
  if (!claims.success || PREFIX[claims.data.kind] !== prefix) return undefined;
  return { ...claims.data, scopes: claims.data.scopes.filter(isScope) };
};
