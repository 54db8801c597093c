import type { Context } from "hono";
import { deviceOf } from "../../../domain/device.ts";
import type { UserId } from "../../../domain/ids.ts";
import type { Role } from "../../../domain/roles.ts";
import { sendAccountMail } from "../../../platform/mail/account-mail.ts";
import type { AppEnv, WorkerEnv } from "../../env.ts";
import { type Client, clientOf } from "../../http/client.ts";
import { findAccount, findUser } from "./queries.ts";

interface Told {
  subject: string;
  happened: string;
  /** Where a new password would not help. */
  otherwise?: string;
}

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
  accountDeleted: {
    subject: "Your account is deleted",
    happened:
      "your account was deleted. Its sessions, API keys and second factor are gone, and what you owned belongs to somebody else of your agency. The address is free: it can have a new account.",
    otherwise: "If this was not you, tell an owner of your agency at once: they can invite you again.",
  },
  exportMade: {
    subject: "Something was exported with your account",
    happened: "somebody signed in to your account, or a program with a key of yours, downloaded",
  },
} as const satisfies Record<string, Told>;

export type SecurityEvent = keyof typeof EVENTS;

/** Whom a mail goes to. */
export interface Recipient {
  name: string;
  email: string;
}

const countries = new Intl.DisplayNames("en", { type: "region" });

const when = (at: number): string => {
  const moment = new Date(at).toISOString();
  return `When: ${moment.slice(0, 10)}, ${moment.slice(11, 16)} UTC`;
};

function whence({ ip, agent, country }: Client): string {
  const from = country ? `${ip}, ${countries.of(country) ?? country}` : ip;
  return `${when(Date.now())}\nWith: ${deviceOf(agent)}\nFrom: ${from}`;
}

const otherwise = (env: WorkerEnv): string =>
  `If this was you, there is nothing to do. If it was not, choose a new password now, which signs out every browser:\n\n${env.PUBLIC_URL}/app/forgot`;

/** @param key names this very occurrence, so that it is told once */
const mail = (env: WorkerEnv, { name, email }: Recipient, key: string, subject: string, parts: readonly string[]) =>
  sendAccountMail(env, key, { to: email, subject, text: [`Hello ${name},`, ...parts].join("\n\n") });

/**
 * Tells a person what happened to their account, after the answer: nobody waits for a mail, and no
 * refusal of the provider's undoes what was done.
 * @param key names this very occurrence, so that it is told once
 */
export function tell<E extends AppEnv>(
  c: Context<E>,
  to: Recipient,
  event: SecurityEvent,
  key: string,
  more = "",
): void {
  const told: Told = EVENTS[event];
  const parts = [`${told.happened}${more}`, whence(clientOf(c)), told.otherwise ?? otherwise(c.env)];
  c.executionCtx.waitUntil(mail(c.env, to, `${event}.${key}`, told.subject, parts));
}

/**
 * Tells whoever asks that an export was made with their account, or with a key of theirs.
 * @param key the export's id
 * @param what was in it, to stand at a sentence's end: "the audit log of May, 1,240 entries"
 */
export function tellOfExport<E extends AppEnv>(c: Context<E>, key: string, what: string): void {
  const told = findUser(c.get("db"), c.get("session").userId).then((person) => {
    if (person) tell(c, person, "exportMade", key, ` ${what}.`);
  });
  c.executionCtx.waitUntil(told);
}

/** Somebody with a role. */
interface Ranked extends Recipient {
  id: UserId;
  role: Role;
  /** Of the row that has the role: one change is told once. */
  version: number;
}

/**
 * Tells a person that their role is another one now, and who changed it; nothing where it is the same.
 * Whoever changed their own is told as of any other deed in their name.
 */
export function tellOfRole<E extends AppEnv>(c: Context<E>, before: Role, { role, ...person }: Ranked): void {
  if (role === before) return;
  const { userId: by } = c.get("session");
  const told = findAccount(c.get("db"), by).then((who) => {
    if (!who) return;
    const own = by === person.id;
    const happened = `${own ? "you" : who.user.name} changed your role in ${who.tenant.name} from ${before} to ${role}. What you see and may do followed at once, and so did API keys of yours.`;
    const parts = own
      ? [happened, whence(clientOf(c)), otherwise(c.env)]
      : [happened, when(Date.now()), "If you did not expect it, ask an owner or admin of your agency."];
    return mail(c.env, person, `roleChanged.${person.id}.${person.version}`, "Your role was changed", parts);
  });
  c.executionCtx.waitUntil(told);
}
