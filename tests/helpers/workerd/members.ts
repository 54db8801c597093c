import type { UserId } from "../../../domain/ids.ts";
import { accountSchema } from "../../../domain/records/account.ts";
import { type Invitation, invitationSchema, type Member, memberSchema } from "../../../domain/records/member.ts";
import type { Role } from "../../../domain/roles.ts";
import { type Agency, Browser, PASSWORD, unique } from "./agency.ts";
import { mailsTo } from "./mail.ts";

/** Somebody of an agency with a browser of their own. */
export interface Person {
  id: UserId;
  browser: Browser;
  email: string;
  role: Role;
}

/** The token of the invitation that a text carries. */
export function tokenIn(text: string): string {
  const [, token] = /\/app\/invitation\/(\S+)/.exec(text) ?? [];
  if (!token) throw new Error(`There is no invitation in: ${text.slice(0, 200)}`);
  return token;
}

export const inviteMember = async (by: Browser, wanted: Record<string, unknown>): Promise<Invitation> =>
  invitationSchema.parse(await by.api("POST", "/members/invitations", wanted));

/** The token that came to the invited person's mailbox. */
export async function mailedToken(email: string): Promise<string> {
  const [mail] = await mailsTo(email);
  if (!mail) throw new Error(`Nothing was mailed to ${email}`);
  return tokenIn(mail.text);
}

/** Joins an agency as a person does: invited by its owner, by the link in the mail. */
export async function join(home: Agency, role: Role, team: string | null = null): Promise<Person> {
  const email = `${role}.${unique()}@agency.example`;
  await inviteMember(home.browser, { email, role, team });
  const browser = new Browser();
  const account = accountSchema.parse(
    await browser.api("POST", `/auth/invitations/${await mailedToken(email)}`, {
      name: `${role.charAt(0).toUpperCase()}${role.slice(1)} Person`,
      password: PASSWORD,
    }),
  );
  return { id: account.user.id as UserId, browser, email, role };
}

/** The agency's people as `by` sees them. */
export const membersOf = async (by: Browser): Promise<Member[]> =>
  (await by.api<{ items: unknown[] }>("GET", "/members")).items.map((item) => memberSchema.parse(item));

/** One of them. */
export async function memberOf(by: Browser, id: string): Promise<Member> {
  const found = (await membersOf(by)).find((member) => member.id === id);
  if (!found) throw new Error(`${id} is no member`);
  return found;
}

/** Changes a member over their newest version, whatever is answered. */
export const changeMember = async (by: Browser, id: string, patch: Record<string, unknown>): Promise<Response> =>
  by.json("PATCH", `/members/${id}`, { ...patch, version: (await memberOf(by, id)).version });
