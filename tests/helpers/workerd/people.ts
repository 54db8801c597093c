import { stepAt, totpAt } from "../../../platform/totp.ts";
import { type Agency, Browser, PASSWORD } from "./agency.ts";
import { run } from "./rows.ts";

/** A browser that says what it is and where it stands. */
export class Device extends Browser {
  readonly #headers: Record<string, string>;
  readonly #country: string | undefined;

  constructor(agent: string, ip = "192.0.2.7", country?: string) {
    super();
    this.#headers = { "User-Agent": agent, "CF-Connecting-IP": ip };
    this.#country = country;
  }

  override fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    for (const [name, value] of Object.entries(this.#headers)) headers.set(name, value);
    return super.fetch(path, { ...init, headers, ...(this.#country ? { cf: { country: this.#country } } : {}) });
  }
}

/** Signs in with the password, and a code where one is asked for. */
export const signIn = (browser: Browser, email: string, more: Record<string, unknown> = {}): Promise<Response> =>
  browser.json("POST", "/auth/login", { email, password: PASSWORD, ...more });

export const codeOf = (secret: string, stepsAway = 0): string => totpAt(secret, stepAt(Date.now()) + stepsAway);

/** Sets a second factor up as a person would. @returns the code that confirmed it, too */
export async function setUpTotp(browser: Browser): Promise<{ secret: string; code: string; recoveryCodes: string[] }> {
  const { secret } = await browser.api<{ secret: string }>("POST", "/me/totp");
  const code = codeOf(secret);
  const { recoveryCodes } = await browser.api<{ recoveryCodes: string[] }>("POST", "/me/totp/confirm", { code });
  return { secret, code, recoveryCodes };
}

/** As if every code that was used had been used long ago. */
export const codesForgotten = (home: Agency): Promise<number> =>
  run(home, "UPDATE users SET totp_step = 0 WHERE tenant_id = ? AND totp_step IS NOT NULL", home.tenant.id);

/** As if everybody of the agency had shown who they are so long ago. */
export const provenAgo = (home: Agency, ms: number): Promise<number> =>
  run(home, "UPDATE sessions SET stepped_up_at = ? WHERE tenant_id = ?", Date.now() - ms, home.tenant.id);
