import type { Account } from "../domain/records/account.ts";
import type { Creator } from "../domain/records/creator.ts";
import { ACCOUNTS, ALWAYS_LIVE } from "../simulator/accounts.ts";
import { Agent, connectCreator } from "./agent.ts";
import { writeHistory } from "./demo-history.ts";
import { hire } from "./demo-members.ts";
import type { Settings } from "./settings.ts";

/** Who signs in to the demo. Of a made-up agency, on this machine alone. */
export const DEMO = {
  agency: "Marsa Nine Talent",
  name: "Noura Vellani",
  email: "noura@marsa-nine.example",
  password: "nine boats in the marsa",
} as const;

const STAGES = ["active", "active", "active", "onboarding", "active", "at_risk", "active", "joined"] as const;
const TIERS = ["A1", "A2", "A2", "A3", "B1", "B1", "B2", "B3", "C1"] as const;
const PLACES = [
  ["AE", "Arabic, English"],
  ["SE", "English"],
  ["SA", "Arabic"],
  ["TR", "Turkish"],
  ["DE", "German, English"],
  ["EG", "Arabic"],
] as const;
/** On the roster and not connected: a list is not all green. */
const INVITED = ["glacier.gil", "page.ninety", "quiet.drums"];
const LEADS = [
  ["Karim Dellwan", "karim.dellwan", "contacted"],
  ["Soraya Nimet", "sorayanimet", "lead"],
  ["Anouk Tabrizel", "anouk.tbz", "interview"],
] as const;

/** Accounts that stand for the recordings, and the odd ones, are for tests. */
const roster = () => ACCOUNTS.filter(({ handle }) => !/^(host_|blank\.|colossal\.|nameless\.)/.test(handle));

const title = (niche: string): string => niche.charAt(0).toUpperCase() + niche.slice(1);

/**
 * Fills a demo agency by walking the product's own doors: it registers, its people join, it adds creators, and each
 * creator's browser goes to the simulated TikTok and consents. Only the past is written directly.
 */
export async function seed(settings: Settings, say: (line: string) => void): Promise<void> {
  const staff = new Agent(settings.publicUrl);
  const { email, password, name, agency } = DEMO;
  const account = await staff.api<Account>("POST", "/auth/register", { agency, region: "eu", name, email, password });
  await confirmAddress(settings, staff);
  const keepers = [{ ownerId: account.user.id, team: null }, ...(await hire(settings, staff, password))];

  const connected: { creator: Creator; handle: string }[] = [];
  for (const [index, person] of roster().entries()) {
    const [country, language] = PLACES[index % PLACES.length] ?? PLACES[0];
    const creator = await staff.api<Creator>("POST", "/creators", {
      displayName: person.displayName ?? person.handle,
      handle: person.handle,
      email: `${person.handle.replaceAll(".", "-")}@creators.example`,
      country,
      language,
      niche: title(person.niche),
      stage: STAGES[index % STAGES.length],
      tier: TIERS[index % TIERS.length],
      ...keepers[index % keepers.length],
      joinedOn: `2026-0${1 + (index % 9)}-1${index % 9}`,
      sharePercent: 20,
      tags: [person.niche, ...(person.verified ? ["verified"] : [])],
    });
    const { url } = await staff.api<{ url: string }>("POST", `/creators/${creator.id}/invites`);
    if (INVITED.includes(person.handle)) continue;
    const live = ALWAYS_LIVE.includes(person.handle) || index % 3 !== 2;
    const browser = new Agent(settings.publicUrl);
    const arrived = await connectCreator(browser, url, { account: person.handle, live });
    if (arrived.status !== 200)
      throw new Error(`@${person.handle} could not connect: ${arrived.status} at ${arrived.url}`);
    if (live) await staff.api("PUT", `/creators/${creator.id}/live-tracking`, { enabled: true });
    connected.push({ creator, handle: person.handle });
    if (connected.length % 8 === 0) say(`  ${connected.length} creators connected…`);
  }
  for (const [index, [displayName, handle, stage]] of LEADS.entries())
    await staff.api("POST", "/creators", { displayName, handle, stage, ...keepers[index % keepers.length] });

  say("  Writing the past months…");
  await settled(
    staff,
    connected.map(({ creator }) => creator.id),
  );
  await writeHistory(settings, account.tenant.id, connected);
}

/** Opens the link that the simulated mailbox got; with another mail provider that is the person's to do. */
async function confirmAddress({ vars, simulatorUrl }: Settings, staff: Agent): Promise<void> {
  if (vars.MAIL_URL !== simulatorUrl) return;
  for (let tries = 0; tries < 50; tries++) {
    const { mails } = (await (await fetch(`${simulatorUrl}/_control/mails`)).json()) as {
      mails: { to: string; text: string }[];
    };
    const text = mails.find(({ to }) => to === DEMO.email)?.text ?? "";
    const token = /\/app\/confirm#(\S+)/.exec(text)?.[1];
    if (token) return staff.api("POST", "/auth/confirm", { token });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("The mail that confirms the demo's address did not come.");
}

/** Waits until every first sync came in. */
async function settled(staff: Agent, ids: readonly string[]): Promise<void> {
  const until = Date.now() + 60_000;
  for (const id of ids) {
    for (;;) {
      const { sync } = await staff.api<{ sync: { lastAt: string | null } | null }>("GET", `/creators/${id}/tiktok`);
      if (sync?.lastAt || Date.now() > until) break;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
