import { AppError } from "../../../domain/app-error.ts";
import { newId } from "../../../domain/ids.ts";
import { type TenantDb, tenantDb } from "../../../platform/db/tenant-db.ts";
import { type LinkPurpose, linkToken, openLink } from "../../../platform/links.ts";
import type { WorkerEnv } from "../../env.ts";
import type { UserRow } from "../auth/queries.ts";
import { findLink, type LinkKind, linksSince, type MailLinkRow } from "./queries.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

interface Told {
  purpose: LinkPurpose;
  /** The app's page that does what the link is for. */
  page: string;
  lastsMs: number;
}

const CONFIRM = { purpose: "email-confirm", page: "confirm" } as const;

const KINDS: Record<LinkKind, Told> = {
  reset: { purpose: "password-reset", page: "reset", lastsMs: 30 * MINUTE },
  verify: { ...CONFIRM, lastsMs: 7 * DAY },
  change_old: { ...CONFIRM, lastsMs: DAY },
  change_new: { ...CONFIRM, lastsMs: DAY },
};

export const newLink = (user: Pick<UserRow, "id">, kind: LinkKind, email: string, now: number): MailLinkRow => ({
  id: newId("mailLink", now),
  userId: user.id,
  kind,
  email,
  createdAt: now,
  expiresAt: now + KINDS[kind].lastsMs,
});

/** The token stands behind a `#`, which no browser sends: it is in no log, no history of a proxy and no Referer. */
export const urlOf = (env: WorkerEnv, db: TenantDb, { id, kind }: MailLinkRow): string =>
  `${env.PUBLIC_URL}/app/${KINDS[kind].page}#${linkToken(env.SESSION_KEY, KINDS[kind].purpose, db, id)}`;

/** One answer to a link that is nobody's, ran out, was used or was voided by a newer one. */
export const linkGone = (): AppError =>
  new AppError(
    410,
    "link_gone",
    "This link has run out, was used already, or a newer one took its place. Ask for a new one.",
  );

/**
 * What a link from a mail stands for. Reading consumes nothing.
 * @throws AppError 410 `link_gone`
 */
export async function openMailLink(
  env: WorkerEnv,
  purpose: LinkPurpose,
  token: string,
): Promise<{ db: TenantDb; link: MailLinkRow; usedAt: number | null }> {
  const named = openLink(env.SESSION_KEY, purpose, "mailLink", token);
  if (!named) throw linkGone();
  const db = tenantDb(env, named.place, "first-primary");
  const found = await findLink(db, named.subject, Date.now());
  if (!found || KINDS[found.kind].purpose !== purpose) throw linkGone();
  const { usedAt, ...link } = found;
  return { db, link, usedAt };
}

/** Nobody's mailbox is filled by whoever knows the address: so many mails of a kind in so long. */
const MOST_MAILS = 3;
const WINDOW_MS = 15 * MINUTE;

/** Whether a person was sent as many mails of a kind as they shall be for now. */
export const mailedEnough = async (db: TenantDb, userId: string, kind: LinkKind): Promise<boolean> =>
  (await linksSince(db, userId, kind, Date.now() - WINDOW_MS)) >= MOST_MAILS;

/** To a person who asks for one more. */
export const mailedTooOften = (): AppError =>
  new AppError(429, "sent_recently", "Some mails are on their way already. Look for them, or try again in a while.", {
    retryAfterSeconds: WINDOW_MS / 1000,
  });
