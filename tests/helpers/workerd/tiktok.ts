import { env } from "cloudflare:test";
import * as z from "zod/mini";
import { type Tiktok, tiktokSchema } from "../../../domain/records/tiktok.ts";
import { type Agency, type Browser, type Choice, connect, simulator, until } from "./agency.ts";
import { connectionRow, rows } from "./rows.ts";

/** `GET /creators/:id/tiktok`, checked against its schema. */
export const tiktokOf = async (browser: Browser, creatorId: string): Promise<Tiktok> =>
  z.parse(z.strictObject(tiktokSchema.shape), await browser.api("GET", `/creators/${creatorId}/tiktok`));

/** As `connect`, and the first sync is done. */
export async function connectAndSync(home: Agency, creatorId: string, choice: Choice) {
  const walked = await connect(home.browser, creatorId, choice);
  await until(async () => (await connectionRow(home, creatorId)).last_sync_at !== null);
  return { ...walked, connection: await connectionRow(home, creatorId) };
}

/** How much a creator's connecting left behind. */
export async function storedOf(home: Agency, creatorId: string): Promise<{ connections: number; consents: number }> {
  const count = async (table: string): Promise<number> =>
    (await rows(home, `SELECT 1 FROM ${table} WHERE tenant_id = ? AND creator_id = ?`, home.tenant.id, creatorId))
      .length;
  return { connections: await count("connections"), consents: await count("consents") };
}

export const fault = (endpoint: string, kind: string, account: string, more: Record<string, unknown> = {}) =>
  simulator("POST", "/faults", { endpoint, kind, account, ...more });

const logSchema = z.object({
  requests: z.array(
    z.object({ endpoint: z.nullable(z.string()), account: z.nullable(z.string()), status: z.number() }),
  ),
});

/** How often the simulator answered an endpoint for an account with this status, lately. */
export const asked = async (endpoint: string, account: string, status = 200): Promise<number> =>
  logSchema
    .parse(await simulator("GET", "/log"))
    .requests.filter((seen) => seen.endpoint === endpoint && seen.account === account && seen.status === status).length;

/** A row of the simulator's people: TikTok's id of an account in this app. */
export async function openIdOf(handle: string): Promise<string> {
  const { accounts } = z
    .object({ accounts: z.array(z.object({ handle: z.string(), openId: z.string() })) })
    .parse(await simulator("GET", "/accounts"));
  const found = accounts.find((account) => account.handle === handle);
  if (!found) throw new Error(`Nobody is called ${handle} at ${env.SIMULATOR_URL}`);
  return found.openId;
}
