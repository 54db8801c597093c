import * as z from "zod/mini";
import { type AuditEntry, type AuditVerdict, auditEntrySchema, auditVerdictSchema } from "../domain/audit.ts";
import {
  LIVE_SOURCES,
  type LiveSourceKind,
  liveItemSchema,
  liveTotalsSchema,
  TRACKING_STATES,
  trackingSchema,
} from "../domain/live-message.ts";
import {
  type Account,
  accountSchema,
  type EmailChange,
  type EmailConfirmed,
  emailConfirmedSchema,
  type Login,
  type Me,
  meSchema,
  type PasswordChange,
  type Register,
  type Reset,
  type StepUp,
} from "../domain/records/account.ts";
import {
  type ApiKey,
  type ApiKeyCreate,
  type ApiKeyMade,
  apiKeyMadeSchema,
  apiKeySchema,
} from "../domain/records/api-key.ts";
import { type Creator, type CreatorCreate, type CreatorPatch, creatorSchema } from "../domain/records/creator.ts";
import {
  type Invitation,
  type InvitationAccept,
  type InvitationCreate,
  type InvitationOffer,
  invitationOfferSchema,
  invitationSchema,
  type Member,
  type MemberPatch,
  memberSchema,
} from "../domain/records/member.ts";
import { type OwnData, ownDataSchema } from "../domain/records/own-data.ts";
import {
  type RecoveryCodes,
  recoveryCodesSchema,
  type TotpBegun,
  totpBegunSchema,
} from "../domain/records/second-factor.ts";
import { type SignedInSession, sessionListSchema } from "../domain/records/session.ts";
import {
  type TenantSecurity,
  type TenantSecurityPatch,
  tenantSecuritySchema,
} from "../domain/records/tenant-security.ts";
import {
  type Disconnected,
  disconnectedSchema,
  type FollowersOfDay,
  followersOfDaySchema,
  type LiveSession,
  type LiveSessionSummary,
  liveSessionSchema,
  liveSessionSummarySchema,
  type Tiktok,
  tiktokSchema,
  type Video,
  videoSchema,
} from "../domain/records/tiktok.ts";
import {
  type Webhook,
  type WebhookCreate,
  type WebhookDelivery,
  type WebhookMade,
  type WebhookPatch,
  webhookDeliverySchema,
  webhookMadeSchema,
  webhookSchema,
} from "../domain/records/webhook.ts";
import { ApiError, fetchFile, type Method, type RequestOptions, send } from "./http.ts";

/** One page of a list; `total` only where it was asked for. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
  total?: number | undefined;
}

const inviteSchema = z.object({ url: z.string(), expiresAt: z.string() });
export type Invite = z.infer<typeof inviteSchema>;

const trackingSwitchSchema = z.object({
  enabled: z.boolean(),
  state: z.enum(TRACKING_STATES),
  source: z.enum(LIVE_SOURCES),
});

const liveNowSchema = z.object({
  items: z.array(liveItemSchema),
  tracking: z.array(trackingSchema),
  totals: liveTotalsSchema,
});
export type LiveNow = z.infer<typeof liveNowSchema>;

const pageOf = <Schema extends z.core.$ZodType>(item: Schema) =>
  z.object({ items: z.array(item), nextCursor: z.nullish(z.string()), total: z.optional(z.number()) });

const creatorPageSchema = pageOf(creatorSchema);
const sessionPageSchema = pageOf(liveSessionSummarySchema);
const membersSchema = pageOf(memberSchema);
const invitationsSchema = pageOf(invitationSchema);
const keyPageSchema = pageOf(apiKeySchema);
const webhooksSchema = pageOf(webhookSchema);
const deliveriesSchema = pageOf(webhookDeliverySchema);
const auditPageSchema = pageOf(auditEntrySchema);
const videosSchema = pageOf(videoSchema);
const followersSchema = pageOf(followersOfDaySchema);

/** Sends a request and parses its answer: an answer of another shape is an error, never a guess. */
async function call<Schema extends z.core.$ZodType>(
  schema: Schema,
  method: Method,
  path: string,
  options?: RequestOptions,
): Promise<z.output<Schema>> {
  const parsed = z.safeParse(schema, await send(method, path, options));
  if (parsed.success) return parsed.data;
  console.error(`${method} ${path}`, parsed.error);
  throw new ApiError(200, "unreadable", "The server answered in a shape this page does not know. Load the page again.");
}

const seg = encodeURIComponent;

export const signIn = (credentials: Login) => send("POST", "/auth/login", { body: credentials });
export const register = (registration: Register) => send("POST", "/auth/register", { body: registration });
export const signOut = () => send("POST", "/auth/logout");
export const forgotPassword = (email: string) => send("POST", "/auth/forgot", { body: { email } });
export const resetPassword = (reset: Reset) => send("POST", "/auth/reset", { body: reset });
export const confirmEmail = (token: string): Promise<EmailConfirmed> =>
  call(emailConfirmedSchema, "POST", "/auth/confirm", { body: { token } });
export const stepUp = (proof: StepUp) => send("POST", "/auth/step-up", { body: proof });

export const rename = (name: string): Promise<Account> => call(accountSchema, "PATCH", "/me", { body: { name } });
export const changePassword = (change: PasswordChange) => send("POST", "/me/password", { body: change });
export const changeEmail = (change: EmailChange): Promise<Me["security"]> =>
  call(meSchema.shape.security, "POST", "/me/email", { body: change });
export const cancelEmailChange = () => send("DELETE", "/me/email");
export const mailVerification = () => send("POST", "/me/email/verify");
export const beginTotp = (): Promise<TotpBegun> => call(totpBegunSchema, "POST", "/me/totp");
export const confirmTotp = (code: string): Promise<RecoveryCodes> =>
  call(recoveryCodesSchema, "POST", "/me/totp/confirm", { body: { code } });
export const removeTotp = (code: string) => send("DELETE", "/me/totp", { body: { code } });
export const listSignedIn = async (signal?: AbortSignal): Promise<SignedInSession[]> =>
  (await call(sessionListSchema, "GET", "/me/sessions", { signal })).items;
export const endSession = (id: string) => send("DELETE", `/me/sessions/${seg(id)}`);
export const deleteAccount = (reassignTo: string | undefined) =>
  send("DELETE", "/me", { body: reassignTo === undefined ? {} : { reassignTo } });
export const readOwnData = (): Promise<OwnData> => call(ownDataSchema, "GET", "/me/data");
export const endOtherSessions = () => send("DELETE", "/me/sessions");

export const readMe = (): Promise<Me> => call(meSchema, "GET", "/me");
export const readMembers = async (signal?: AbortSignal): Promise<Member[]> =>
  (await call(membersSchema, "GET", "/members", { signal })).items;
export const patchMember = (id: string, patch: MemberPatch, version: number): Promise<Member> =>
  call(memberSchema, "PATCH", `/members/${seg(id)}`, { body: patch, version });
export const removeMember = (id: string, reassignTo: string | undefined) =>
  send("DELETE", `/members/${seg(id)}`, { body: reassignTo === undefined ? {} : { reassignTo } });
export const transferOwnership = (id: string): Promise<Member> =>
  call(memberSchema, "POST", `/members/${seg(id)}/transfer-ownership`);

export const readInvitations = async (signal?: AbortSignal): Promise<Invitation[]> =>
  (await call(invitationsSchema, "GET", "/members/invitations", { signal })).items;
export const inviteMember = (wanted: InvitationCreate): Promise<Invitation> =>
  call(invitationSchema, "POST", "/members/invitations", { body: wanted });
export const resendInvitation = (id: string): Promise<Invitation> =>
  call(invitationSchema, "POST", `/members/invitations/${seg(id)}/resend`);
export const revokeInvitation = (id: string) => send("DELETE", `/members/invitations/${seg(id)}`);
/** What the link of an invitation says; nobody is signed in there. */
export const readOffer = (token: string, signal?: AbortSignal): Promise<InvitationOffer> =>
  call(invitationOfferSchema, "GET", `/auth/invitations/${seg(token)}`, { signal });
export const acceptInvitation = (token: string, who: InvitationAccept) =>
  send("POST", `/auth/invitations/${seg(token)}`, { body: who });

export const readSecurity = (signal?: AbortSignal): Promise<TenantSecurity> =>
  call(tenantSecuritySchema, "GET", "/tenant/security", { signal });
export const changeSecurity = (patch: TenantSecurityPatch): Promise<TenantSecurity> =>
  call(tenantSecuritySchema, "PATCH", "/tenant/security", { body: patch });

export async function listKeys(query: { cursor?: string | null }, signal?: AbortSignal): Promise<Page<ApiKey>> {
  const page = await call(keyPageSchema, "GET", "/api-keys", { query, signal });
  return { ...page, nextCursor: page.nextCursor ?? null };
}
export const createKey = (key: ApiKeyCreate): Promise<ApiKeyMade> =>
  call(apiKeyMadeSchema, "POST", "/api-keys", { body: key });
/** A day of the operational log as a file. */
export const readLog = (day: string): Promise<Blob> => fetchFile("/operational-log", { day });
export const revokeKey = (id: string) => send("DELETE", `/api-keys/${seg(id)}`);

export const listWebhooks = async (signal?: AbortSignal): Promise<Webhook[]> =>
  (await call(webhooksSchema, "GET", "/webhooks", { signal })).items;
export const readWebhook = (id: string, signal?: AbortSignal): Promise<Webhook> =>
  call(webhookSchema, "GET", `/webhooks/${seg(id)}`, { signal });
export const createWebhook = (webhook: WebhookCreate): Promise<WebhookMade> =>
  call(webhookMadeSchema, "POST", "/webhooks", { body: webhook });
export const patchWebhook = (id: string, patch: WebhookPatch, version: number): Promise<Webhook> =>
  call(webhookSchema, "PATCH", `/webhooks/${seg(id)}`, { body: patch, version });
export const deleteWebhook = (id: string) => send("DELETE", `/webhooks/${seg(id)}`);
export const rotateWebhook = (id: string): Promise<WebhookMade> =>
  call(webhookMadeSchema, "POST", `/webhooks/${seg(id)}/rotate`);
export const testWebhook = (id: string): Promise<WebhookDelivery> =>
  call(webhookDeliverySchema, "POST", `/webhooks/${seg(id)}/test`);
export async function listDeliveries(
  id: string,
  query: { cursor?: string | null },
  signal?: AbortSignal,
): Promise<Page<WebhookDelivery>> {
  const page = await call(deliveriesSchema, "GET", `/webhooks/${seg(id)}/deliveries`, { query, signal });
  return { ...page, nextCursor: page.nextCursor ?? null };
}
export const replayDelivery = (id: string, deliveryId: string): Promise<WebhookDelivery> =>
  call(webhookDeliverySchema, "POST", `/webhooks/${seg(id)}/deliveries/${seg(deliveryId)}/replay`);
export type AuditQuery = Record<string, string | null>;

export async function listAudit(query: AuditQuery, signal?: AbortSignal): Promise<Page<AuditEntry>> {
  const page = await call(auditPageSchema, "GET", "/audit", { query, signal });
  return { ...page, nextCursor: page.nextCursor ?? null };
}
export const verifyAudit = (signal?: AbortSignal): Promise<AuditVerdict> =>
  call(auditVerdictSchema, "GET", "/audit/verify", { signal });
/** The log as a file. */
export const exportAudit = (format: "csv" | "jsonl", filters: Record<string, string>): Promise<Blob> =>
  fetchFile("/audit/export", { format, ...filters });

export type CreatorQuery = Record<string, string | number | boolean | null | undefined>;

export async function listCreators(query: CreatorQuery, signal?: AbortSignal): Promise<Page<Creator>> {
  const page = await call(creatorPageSchema, "GET", "/creators", { query, signal });
  return { ...page, nextCursor: page.nextCursor ?? null };
}
export const readCreator = (id: string, signal?: AbortSignal): Promise<Creator> =>
  call(creatorSchema, "GET", `/creators/${seg(id)}`, { signal });
export const createCreator = (creator: CreatorCreate): Promise<Creator> =>
  call(creatorSchema, "POST", "/creators", { body: creator });
export const patchCreator = (id: string, patch: CreatorPatch, version: number): Promise<Creator> =>
  call(creatorSchema, "PATCH", `/creators/${seg(id)}`, { body: patch, version });
export const trashCreator = (id: string) => send("DELETE", `/creators/${seg(id)}`);
export const restoreCreator = (id: string): Promise<Creator> =>
  call(creatorSchema, "POST", `/creators/${seg(id)}/restore`);

/** What `version_conflict` carries, or null when it is not a creator. */
export function creatorOfConflict(error: ApiError): Creator | null {
  const parsed = z.safeParse(creatorSchema, error.current);
  return parsed.success ? parsed.data : null;
}

export const createInvite = (id: string): Promise<Invite> => call(inviteSchema, "POST", `/creators/${seg(id)}/invites`);
export const readTiktok = (id: string, signal?: AbortSignal): Promise<Tiktok> =>
  call(tiktokSchema, "GET", `/creators/${seg(id)}/tiktok`, { signal });
export const syncTiktok = (id: string) => send("POST", `/creators/${seg(id)}/tiktok/sync`);
export const disconnectTiktok = (id: string): Promise<Disconnected> =>
  call(disconnectedSchema, "DELETE", `/creators/${seg(id)}/tiktok`);
/** Without `source`, who listens stays as it is. */
export const switchLiveTracking = (id: string, enabled: boolean, source?: LiveSourceKind) =>
  call(trackingSwitchSchema, "PUT", `/creators/${seg(id)}/live-tracking`, { body: { enabled, source } });
export const readVideos = async (id: string, signal?: AbortSignal): Promise<Video[]> =>
  (await call(videosSchema, "GET", `/creators/${seg(id)}/videos`, { signal })).items;
/** One entry a day, ascending; a day without a snapshot is missing or null. */
export const readFollowers = async (id: string, days: number, signal?: AbortSignal): Promise<FollowersOfDay[]> =>
  (await call(followersSchema, "GET", `/creators/${seg(id)}/followers`, { query: { days }, signal })).items;

export async function listLiveSessions(
  creatorId: string,
  query: { limit: number; cursor?: string | null },
  signal?: AbortSignal,
): Promise<Page<LiveSessionSummary>> {
  const page = await call(sessionPageSchema, "GET", `/creators/${seg(creatorId)}/live-sessions`, { query, signal });
  return { ...page, nextCursor: page.nextCursor ?? null };
}
export const readLiveSession = (id: string, signal?: AbortSignal): Promise<LiveSession> =>
  call(liveSessionSchema, "GET", `/live-sessions/${seg(id)}`, { signal });
export const readLive = (): Promise<LiveNow> => call(liveNowSchema, "GET", "/live");
