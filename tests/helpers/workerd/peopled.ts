import type { Region } from "../../../domain/regions.ts";
import { type Agency, addCreator, agency, connect, invite, unique, until } from "./agency.ts";
import { pastLive } from "./live-session.ts";
import { inviteMember, join } from "./members.ts";
import { connectionRow } from "./rows.ts";

export interface Peopled extends Agency {
  creatorId: string;
  sessionId: string;
  keyId: string;
  memberId: string;
  invitationId: string;
  webhookId: string;
  openId: string;
  /** The creator's own page, and an invite that stands. */
  page: string;
  invite: string;
}

/** An agency with something in every table that a person can fill. */
export async function peopled(where: Region): Promise<Peopled> {
  const home = await agency(where);
  const { id } = await addCreator(home.browser, { displayName: "Quincy Dorn", handle: "quiet.drums" });
  const { page } = await connect(home.browser, id, { account: "quiet.drums", live: true });
  await until(async () => (await connectionRow(home, id)).last_sync_at !== null);
  const { id: connectionId, open_id: openId } = await connectionRow(home, id);
  const sessionId = await pastLive(home, id, String(connectionId));
  const open = new URL(await invite(home.browser, id)).pathname;
  const key = await home.browser.api<{ id: string }>("POST", "/api-keys", { name: "A program", role: "viewer" });
  const memberId = (await join(home, "viewer")).id;
  const invited = { email: `waiting.${unique()}@agency.example`, role: "viewer" };
  const invitationId = (await inviteMember(home.browser, invited)).id;
  const wanted = { url: "https://hooks.agency.example/", events: ["live.ended"] };
  const webhookId = (await home.browser.api<{ id: string }>("POST", "/webhooks", wanted)).id;
  const theirs = { creatorId: id, sessionId, keyId: key.id, memberId, invitationId, webhookId };
  return { ...home, ...theirs, openId: String(openId), page, invite: open };
}

/** Whose id an operation's path takes. */
export const idFor = (path: string, home: Peopled): string => {
  if (path.includes("live-sessions/{id}")) return home.sessionId;
  if (path.includes("me/sessions/{id}")) return home.browser.jar().get("__Host-session")?.split(".")[2] ?? "";
  if (path.includes("api-keys/{id}")) return home.keyId;
  if (path.includes("webhooks/{id}")) return home.webhookId;
  if (path.includes("invitations/{id}")) return home.invitationId;
  return path.includes("members/{id}") ? home.memberId : home.creatorId;
};
