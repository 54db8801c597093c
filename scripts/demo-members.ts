import type { Account } from "../domain/records/account.ts";
import type { Role } from "../domain/roles.ts";
import { Agent } from "./agent.ts";
import type { Settings } from "./settings.ts";

interface Colleague {
  name: string;
  email: string;
  role: Role;
  team: string | null;
}

/** Who works at the demo agency besides its owner: a role each, and two teams. */
const COLLEAGUES = [
  { name: "Idris Calloway", email: "idris@marsa-nine.example", role: "admin", team: null },
  { name: "Maya Torsk", email: "maya@marsa-nine.example", role: "manager", team: "Gulf" },
  { name: "Leo Pavari", email: "leo@marsa-nine.example", role: "agent", team: "Gulf" },
  { name: "Sana Iwulo", email: "sana@marsa-nine.example", role: "agent", team: "North" },
  { name: "Tomas Brandt", email: "tomas@marsa-nine.example", role: "finance", team: null },
] as const satisfies readonly Colleague[];

/** Invited, and has not answered. */
const WAITING = "reports@marsa-nine.example";

/** Signs in to the demo with the owner's password, and sees the own creators alone. */
export const DEMO_AGENT = COLLEAGUES[2];

/** Whose a creator is. */
export interface Keeper {
  ownerId: string;
  team: string | null;
}

/**
 * Everybody joins as a person does, by the link in the mail; one invitation stays without an answer.
 * @returns whose creators are, in turn
 */
export async function hire(settings: Settings, owner: Agent, password: string): Promise<Keeper[]> {
  const keepers: Keeper[] = [];
  // Nobody real is sent a demo's mail.
  if (settings.vars.MAIL_URL !== settings.simulatorUrl) return keepers;
  for (const { name, email, role, team } of COLLEAGUES) {
    await owner.api("POST", "/members/invitations", { email, role, team });
    const token = await tokenMailedTo(settings, email);
    const { user } = await new Agent(settings.publicUrl).api<Account>("POST", `/auth/invitations/${token}`, {
      name,
      password,
    });
    if (team) keepers.push({ ownerId: user.id, team });
  }
  await owner.api("POST", "/members/invitations", { email: WAITING, role: "viewer" });
  return keepers;
}

/** The token of the link that came to a mailbox of the simulator's; without one, of the invitation that waits. */
export async function tokenMailedTo({ simulatorUrl }: Settings, email: string = WAITING): Promise<string> {
  const answer = await fetch(`${simulatorUrl}/_control/mails`);
  const { mails } = (await answer.json()) as { mails: { to: string; text: string }[] };
  const [, token] = /\/app\/invitation\/(\S+)/.exec(mails.find(({ to }) => to === email)?.text ?? "") ?? [];
  if (!token) throw new Error(`No invitation came to ${email}`);
  return token;
}
