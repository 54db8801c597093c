import { type ConnectionId, type CreatorId, type InviteId, newId } from "../../../domain/ids.ts";
import { TIKTOK_SCOPES, type TiktokScope } from "../../../domain/tiktok-fields.ts";
import { sealTokens } from "../../../durable/hub/tokens.ts";
import { tenantHub } from "../../../durable/kit/stubs.ts";
import { announce } from "../../../durable/webhooks/announce.ts";
import { blindIndex } from "../../../platform/blind-index.ts";
import { addAccount, removeAccount } from "../../../platform/db/directory-db.ts";
import { type TenantDb, type TenantPlace, tenantDb } from "../../../platform/db/tenant-db.ts";
import { equalInConstantTime, sha256Hex } from "../../../platform/hash.ts";
import { outbound, outsideUrls } from "../../../platform/hosts.ts";
import { linkToken, openLink, placedToken, placeOf } from "../../../platform/links.ts";
import { randomToken } from "../../../platform/random.ts";
import { createDisplayApi } from "../../../platform/tiktok/display-api.ts";
import { TiktokError } from "../../../platform/tiktok/errors.ts";
import { newPkce, type TokenGrant } from "../../../platform/tiktok/oauth.ts";
import { createVault } from "../../../platform/vault.ts";
import type { WorkerEnv } from "../../env.ts";
import type { ConnectProblemCode } from "../../pages/connect-problem.tsx";
import { LIVE_WORDING, TIKTOK_WORDING } from "../../pages/consent-wording.ts";
import { isLang, type Lang } from "../../pages/lang.ts";
import { holdBack, letGo, oauthOf, TRIP_MS, takeBack } from "./grants.ts";
import {
  connect,
  findInvite,
  findTrip,
  type InviteRow,
  insertTrip,
  type NewConnection,
  renew,
  standing,
  type TripRow,
  useTrip,
} from "./queries.ts";

/** Why a step of connecting did not go on; nothing was stored, and the invite still stands unless it says otherwise. */
export interface ConnectProblem {
  problem: ConnectProblemCode;
  lang: Lang;
  missingScopes?: readonly TiktokScope[];
  retryUrl?: string;
}

export interface OpenInvite {
  db: TenantDb;
  invite: InviteRow;
}

export const redirectUri = (env: WorkerEnv): string => `${env.PUBLIC_URL}/oauth/tiktok/callback`;

/** Why an invite no longer connects anybody; null while it does. */
function ended(invite: InviteRow): ConnectProblemCode | null {
  if (invite.usedAt !== null) return "invite_used";
  return invite.voidedAt !== null || invite.expiresAt <= Date.now() ? "invite_expired" : null;
}

/** The invite that a link opens. Reading consumes nothing. */
export async function openInvite(env: WorkerEnv, token: string): Promise<OpenInvite | { problem: ConnectProblemCode }> {
  const link = openLink(env.SESSION_KEY, "invite", "invite", token);
  if (!link) return { problem: "invite_unknown" };
  const db = tenantDb(env, link.place, "first-primary");
  const invite = await findInvite(db, link.subject);
  if (!invite) return { problem: "invite_unknown" };
  const problem = ended(invite);
  return problem ? { problem } : { db, invite };
}

export const inviteUrl = (env: WorkerEnv, place: TenantPlace, id: InviteId): string =>
  `${env.PUBLIC_URL}/connect/${linkToken(env.SESSION_KEY, "invite", place, id)}`;

export interface Departure {
  /** Ticked: LIVE may be followed, once the agency enables it. */
  live: boolean;
  lang: Lang;
  wording: string | undefined;
  liveWording: string | undefined;
  /** The secret in the browser's cookie, when it has one. */
  browser: string | undefined;
}

/** Sends a browser off to TikTok. @returns where to, and the secret that binds the trip to the browser */
export async function depart(
  env: WorkerEnv,
  { db, invite }: OpenInvite,
  departure: Departure,
): Promise<{ url: string; browser: string }> {
  const place = { region: db.region, tenantId: db.tenantId };
  const state = placedToken(place, randomToken(32));
  const stateHash = sha256Hex(state);
  const browser = departure.browser ?? randomToken(32);
  const { verifier, challenge } = newPkce();
  const sealed = await createVault(env.TOKEN_KEYS).seal(verifier, {
    tenant: db.tenantId,
    record: stateHash,
    purpose: "pkce_verifier",
  });
  await insertTrip(
    db,
    {
      stateHash,
      inviteId: invite.id,
      browserHash: sha256Hex(browser),
      verifier: sealed,
      live: departure.live,
      // A wording that we never showed is not what was read.
      wording: departure.wording === TIKTOK_WORDING.version ? departure.wording : TIKTOK_WORDING.version,
      liveWording: departure.liveWording === LIVE_WORDING.version ? departure.liveWording : LIVE_WORDING.version,
      lang: departure.lang,
    },
    Date.now(),
  ).run();
  return { url: oauthOf(env).authorizeUrl({ state, challenge, redirectUri: redirectUri(env) }), browser };
}

/** What TikTok sent the browser back with. */
export interface Arrival {
  state: string;
  code: string | undefined;
  error: string | undefined;
  browser: string | undefined;
}

/** Who connected just now, whether anew or once more, and whether LIVE was ticked. */
export interface Connected {
  place: TenantPlace;
  creatorId: CreatorId;
  renewed: boolean;
  live: boolean;
}

export type ArrivalAnswer =
  | { creatorPage: string; connected?: Connected }
  | {
      confirm: {
        invite: InviteRow;
        token: string;
        state: string;
        username: string;
        name: string | null;
        avatarUrl: string | null;
      };
      lang: Lang;
    }
  | ConnectProblem;

/** The trip that a state names, if this browser made it and it is not too old; one that arrived may be reloaded later. */
async function tripOf(
  env: WorkerEnv,
  state: string,
  browser: string | undefined,
): Promise<{ db: TenantDb; trip: TripRow; stateHash: string } | null> {
  const place = placeOf(state);
  if (!place || !browser) return null;
  const db = tenantDb(env, place, "first-primary");
  const stateHash = sha256Hex(state);
  const trip = await findTrip(db, stateHash);
  if (!trip || !equalInConstantTime(trip.browserHash, sha256Hex(browser))) return null;
  if (trip.connectionId === null && trip.createdAt < Date.now() - TRIP_MS) return null;
  return { db, trip, stateHash };
}

const langOf = (trip: TripRow): Lang => (isLang(trip.lang) ? trip.lang : "en");

const creatorPageUrl = (env: WorkerEnv, db: TenantDb, connectionId: ConnectionId): string =>
  `/c/${linkToken(env.SESSION_KEY, "creator-page", { region: db.region, tenantId: db.tenantId }, connectionId)}`;

/** TikTok sent the browser back: checks whose it is, exchanges the code, and connects, or says why not. */
export async function arrive(env: WorkerEnv, arrival: Arrival): Promise<ArrivalAnswer> {
  const found = await tripOf(env, arrival.state, arrival.browser);
  if (!found) return { problem: "state_invalid", lang: "en" };
  const { db, trip, stateHash } = found;
  const lang = langOf(trip);
  // A reload of the callback is no attack: it leads where the first one led.
  if (trip.connectionId !== null) return { creatorPage: creatorPageUrl(env, db, trip.connectionId as ConnectionId) };
  if (!(await useTrip(db, stateHash, Date.now()))) return { problem: "state_invalid", lang };

  const retryUrl = new URL(inviteUrl(env, db, trip.inviteId as InviteId)).pathname;
  if (arrival.error !== undefined || arrival.code === undefined) {
    return {
      problem: arrival.error === undefined || arrival.error === "access_denied" ? "denied" : "exchange_failed",
      lang,
      retryUrl,
    };
  }
  const invite = await findInvite(db, trip.inviteId as InviteId);
  if (!invite) return { problem: "invite_unknown", lang };
  // Before anything else happens: a grant that could not be kept must not cost a connection that stands.
  const gone = ended(invite);
  if (gone) return { problem: gone, lang };

  const oauth = oauthOf(env);
  const vault = createVault(env.TOKEN_KEYS);
  let grant: TokenGrant;
  try {
    const verifier = await vault.open(trip.verifier, {
      tenant: db.tenantId,
      record: stateHash,
      purpose: "pkce_verifier",
    });
    grant = await oauth.exchange({ code: arrival.code, verifier, redirectUri: redirectUri(env) });
  } catch (error) {
    if (!(error instanceof TiktokError)) throw error;
    return { problem: "exchange_failed", lang, retryUrl };
  }
  const missingScopes = TIKTOK_SCOPES.filter((scope) => !grant.scopes.includes(scope));
  if (missingScopes.length > 0) {
    await letGo(env, grant);
    return { problem: "scope_missing", lang, missingScopes, retryUrl };
  }
  const user = await whoIs(env, grant);
  const other = invite.handle !== null && user?.username?.toLowerCase() !== invite.handle;
  if (other && !user?.username) {
    // Whose account it is could not be read, and it must be compared: try again rather than guess.
    await letGo(env, grant);
    return { problem: "exchange_failed", lang, retryUrl };
  }
  if (other && user?.username) {
    await holdBack(env, db, stateHash, { grant, username: user.username });
    const token = retryUrl.slice("/connect/".length);
    const confirm = {
      invite,
      token,
      state: arrival.state,
      username: user.username,
      name: user.displayName,
      avatarUrl: user.avatarUrl,
    };
    return { confirm, lang };
  }
  return settle(env, db, invite, trip, stateHash, grant, user?.username ?? null);
}

/** The creator said: yes, this other account is mine. */
export async function confirmOther(
  env: WorkerEnv,
  token: string,
  state: string,
  browser: string | undefined,
): Promise<ArrivalAnswer> {
  const opened = await openInvite(env, token);
  const found = await tripOf(env, state, browser);
  const lang = found ? langOf(found.trip) : "en";
  if (found?.trip.connectionId)
    return { creatorPage: creatorPageUrl(env, found.db, found.trip.connectionId as ConnectionId) };
  if ("problem" in opened) return { problem: opened.problem, lang };
  if (!found || found.trip.inviteId !== opened.invite.id) return { problem: "state_invalid", lang };
  const { db, trip, stateHash } = found;
  const pending = await takeBack(env, db, trip);
  if (!pending) return { problem: "state_invalid", lang };
  return settle(env, db, opened.invite, trip, stateHash, pending.grant, pending.username);
}

async function settle(
  env: WorkerEnv,
  db: TenantDb,
  invite: InviteRow,
  trip: TripRow,
  stateHash: string,
  grant: TokenGrant,
  username: string | null,
): Promise<ArrivalAnswer> {
  const place = { region: db.region, tenantId: db.tenantId };
  const hub = tenantHub(env, place);
  const before = await standing(db, invite.creatorId);
  const same = before !== null && before.openId === grant.openId;
  // Made since the invite was: another browser was quicker with it, and keeps what it has.
  if (before && !same && before.connectedAt >= invite.createdAt) return usedMeanwhile(env, grant, trip);
  // Another account takes the place of one that stands: what came from the first goes.
  if (before && !same) await hub.disconnect(invite.creatorId, "replaced");

  const id = before && same ? before.id : newId("connection");
  const now = Date.now();
  const made: NewConnection = {
    id,
    creatorId: invite.creatorId,
    inviteId: invite.id,
    stateHash,
    openId: grant.openId,
    scopes: grant.scopes.join(","),
    ...(await sealTokens(createVault(env.TOKEN_KEYS), db.tenantId, id, grant)),
    username,
    wording: trip.wording,
    liveWording: trip.live ? trip.liveWording : null,
  };
  // The directory first: TikTok's webhook must find a connection from its first moment on.
  await addAccount(env, blindIndex(env.BLIND_INDEX_KEY, "open_id", grant.openId), place, id, now);
  const consumed = await (same ? renew(db, made, now) : connect(db, made, now));
  if (consumed === 0) {
    if (!same) await removeAccount(env, place, id);
    return usedMeanwhile(env, grant, trip);
  }
  announce(env, place, "connection.connected", { id, creatorId: invite.creatorId });
  await hub.connected(invite.creatorId, id);
  const connected = { place, creatorId: invite.creatorId, renewed: same, live: trip.live };
  return { creatorPage: creatorPageUrl(env, db, id), connected };
}

async function usedMeanwhile(env: WorkerEnv, grant: TokenGrant, trip: TripRow): Promise<ConnectProblem> {
  await letGo(env, grant);
  return { problem: "invite_used", lang: langOf(trip) };
}

/** Null: TikTok did not say. The first sync asks again. */
async function whoIs(env: WorkerEnv, grant: TokenGrant) {
  const api = createDisplayApi({ apiUrl: outsideUrls(env).apiUrl, fetch: outbound(env) });
  try {
    return await api.userInfo(grant.accessToken, grant.scopes);
  } catch (error) {
    if (error instanceof TiktokError) return null;
    throw error;
  }
}
