import type { Context } from "hono";
import { deviceOf } from "../../../domain/device.ts";
import type { AppEnv } from "../../env.ts";
import { type Client, clientOf } from "../../http/client.ts";
import { sendMail } from "../../mail.ts";

/** What a person is told of by mail, whoever did it: a subject, what happened, and what to do if it was not them. */
const EVENTS = {
  newDevice: {
    subject: "A new sign-in to your account",
    happened: "somebody signed in to your account with a device, or from a country, that it was not used from before.",
  },
  passwordChanged: {
    subject: "Your password was changed",
    happened:
      "the password of your account was changed, and every other browser was signed out. API keys that you made still work: look through them in the settings.",
  },
  totpOn: {
    subject: "Your second factor is on",
    happened: "a second factor was set up. Signing in to your account asks for a code from now on.",
  },
  totpOff: {
    subject: "Your second factor is off",
    happened: "the second factor of your account was switched off. The password alone opens it now.",
  },
  recoveryCodeUsed: {
    subject: "A recovery code was used",
    happened: "one of your recovery codes was used in place of a code of your authenticator app. It works no more.",
  },
  sessionReused: {
    subject: "We ended one of your sessions",
    happened:
      "a key of one of your sessions came back after it had been replaced, as a copied one would. We signed that session out, here and wherever the copy is.",
  },
} as const;

export type SecurityEvent = keyof typeof EVENTS;

/** Whom a mail goes to. */
export interface Recipient {
  name: string;
  email: string;
}

const countries = new Intl.DisplayNames("en", { type: "region" });

function whence({ ip, agent, country }: Client, at: number): string {
  const moment = new Date(at).toISOString();
  const from = country ? `${ip}, ${countries.of(country) ?? country}` : ip;
  return `When: ${moment.slice(0, 10)}, ${moment.slice(11, 16)} UTC\nWith: ${deviceOf(agent)}\nFrom: ${from}`;
}

/**
 * Tells a person what happened to their account, after the answer: nobody waits for a mail, and no
 * refusal of the provider's undoes what was done.
 * @param key names this very occurrence, so that it is told once
 */
export function tell(c: Context<AppEnv>, to: Recipient, event: SecurityEvent, key: string, more = ""): void {
  const { subject, happened } = EVENTS[event];
  const text = [
    `Hello ${to.name},`,
    `${happened}${more}`,
    whence(clientOf(c), Date.now()),
    "If this was you, there is nothing to do. If it was not, choose a new password now, which signs out every browser:",
    `${c.env.PUBLIC_URL}/app/forgot`,
  ].join("\n\n");
  c.executionCtx.waitUntil(sendMail(c.env, `${event}.${key}`, { to: to.email, subject, text }));
}
