import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { Buffer } from "node:buffer";
import { beforeAll, describe, expect, test } from "vitest";
import { hmacSha256 } from "../../platform/hash.ts";
import worker from "../../worker/index.ts";
import { type Agency, addCreator, agency, ORIGIN } from "../helpers/workerd/agency.ts";
import { refusal } from "../helpers/workerd/answers.ts";
import { connectionRow, rows, run } from "../helpers/workerd/rows.ts";
import { asked, connectAndSync, openIdOf, tiktokOf } from "../helpers/workerd/tiktok.ts";

let home: Agency;
beforeAll(async () => {
  home = await agency();
});

const seconds = (): number => Math.floor(Date.now() / 1000);

interface Event {
  openId?: string;
  reason?: number;
  event?: string;
  /** Unix seconds. */
  at?: number;
  clientKey?: string;
}

const bodyOf = ({ openId, reason, event = "authorization.removed", at = seconds(), clientKey }: Event): string =>
  JSON.stringify({
    client_key: clientKey ?? env.TIKTOK_CLIENT_KEY,
    event,
    create_time: at,
    user_openid: openId,
    content: JSON.stringify(reason === undefined ? {} : { reason }),
  });

const signatureOf = (body: string, t = seconds(), secret = env.TIKTOK_CLIENT_SECRET): string =>
  `t=${t},s=${Buffer.from(hmacSha256(secret, `${t}.${body}`)).toString("hex")}`;

/** Sends what TikTok would, without a cookie or an Origin, and waits until all of it is done. */
async function told(body: string, signature: string | null): Promise<Response> {
  const context = createExecutionContext();
  const request = new Request(`${ORIGIN}/webhooks/tiktok`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(signature === null ? {} : { "TikTok-Signature": signature }) },
    body,
  });
  const response = await worker.fetch(request, env, context);
  await waitOnExecutionContext(context);
  return response;
}

const removed = async (event: Event): Promise<number> => {
  const body = bodyOf(event);
  const response = await told(body, signatureOf(body));
  await response.body?.cancel();
  return response.status;
};

async function connected(account: string, at = home) {
  const { id } = await addCreator(at.browser);
  const { connection } = await connectAndSync(at, id, { account });
  return { id, connectionId: String(connection.id), openId: await openIdOf(account) };
}

describe("a signed removal", () => {
  test("ends and purges the connection in every agency that has the account, in any region", async () => {
    const other = await agency("us");
    const [mine, theirs] = [await connected("ferry.hours"), await connected("ferry.hours", other)];
    const bystander = await connected("page.ninety");
    const revoked = await asked("revoke", "ferry.hours");
    expect(await removed({ openId: mine.openId, reason: 1 })).toBe(200);
    for (const [at, creator] of [
      [home, mine],
      [other, theirs],
    ] as const) {
      expect(await tiktokOf(at.browser, creator.id)).toMatchObject({ status: "revoked", profile: null, metrics: null });
      const [row] = await rows(at, "SELECT * FROM connections WHERE id = ?", creator.connectionId);
      expect(row).toMatchObject({
        end_reason: "tiktok_disconnected",
        revoked: "true",
        open_id: null,
        access_token: null,
      });
      expect(row?.purged_at).toEqual(expect.any(Number));
      for (const table of ["videos", "snapshots"])
        expect(await rows(at, `SELECT 1 FROM ${table} WHERE creator_id = ?`, creator.id)).toEqual([]);
    }
    // The token is dead already: nothing is asked of TikTok.
    expect(await asked("revoke", "ferry.hours")).toBe(revoked);
    expect((await tiktokOf(home.browser, bystander.id)).status).toBe("active");
  });

  test.each([
    [0, "tiktok_unknown"],
    [2, "tiktok_deleted"],
    [3, "tiktok_age"],
    [4, "tiktok_banned"],
    [undefined, "tiktok_unknown"],
    [77, "tiktok_unknown"],
  ])("of reason %s is kept as %s", async (reason, expected) => {
    const creator = await connected("quiet.drums");
    expect(await removed({ openId: creator.openId, ...(reason === undefined ? {} : { reason }) })).toBe(200);
    const [row] = await rows(home, "SELECT status, end_reason FROM connections WHERE id = ?", creator.connectionId);
    expect(row).toEqual({ status: "revoked", end_reason: expected });
  });

  test("may come again and again, and happens once", async () => {
    const creator = await connected("stairs.only");
    const state = async () => [
      await rows(home, "SELECT * FROM connections WHERE id = ?", creator.connectionId),
      (
        await env.DIRECTORY.prepare("SELECT * FROM certificates WHERE connection_id = ?")
          .bind(creator.connectionId)
          .all()
      ).results,
    ];
    expect(await removed({ openId: creator.openId, reason: 1 })).toBe(200);
    const once = await state();
    expect(once[1]).toHaveLength(1);
    for (const reason of [1, 2]) expect(await removed({ openId: creator.openId, reason })).toBe(200);
    expect(await state()).toEqual(once);
  });

  test("older than the connection is about an earlier one", async () => {
    const creator = await connected("margin.notes");
    expect(await removed({ openId: creator.openId, reason: 1, at: seconds() - 60 })).toBe(200);
    expect((await tiktokOf(home.browser, creator.id)).status).toBe("active");
    // TikTok may be hours late with a true one.
    await run(home, "UPDATE connections SET connected_at = connected_at - 7200000 WHERE id = ?", creator.connectionId);
    expect(await removed({ openId: creator.openId, reason: 1, at: seconds() - 3600 })).toBe(200);
    expect((await tiktokOf(home.browser, creator.id)).status).toBe("revoked");
  });

  test("that echoes our own revoke, or is about nobody here, changes nothing", async () => {
    const creator = await connected("debug.dalia");
    for (const event of [
      { openId: creator.openId, reason: 5 },
      { openId: "nobody", reason: 1 },
      { reason: 1 },
      { openId: creator.openId, event: "video.publish.completed" },
    ])
      expect(await removed(event)).toBe(200);
    expect((await connectionRow(home, creator.id)).id).toBe(creator.connectionId);
  });
});

describe("what TikTok did not sign for this app", () => {
  test("is refused and changes nothing", async () => {
    const creator = await connected("brassneck.bea");
    const body = bodyOf({ openId: creator.openId, reason: 1 });
    const otherApp = bodyOf({ openId: creator.openId, reason: 1, clientKey: "another-app" });
    const cases: [string, string, string | null, string][] = [
      ["no signature", body, null, "401 webhook_signature"],
      ["no hex", body, "t=1,s=zz", "401 webhook_signature"],
      ["another secret", body, signatureOf(body, seconds(), "guessed"), "401 webhook_signature"],
      ["another body", `${body} `, signatureOf(body), "401 webhook_signature"],
      ["another time", body, signatureOf(body).replace(/t=\d+/, `t=${seconds() - 1}`), "401 webhook_signature"],
      ["six minutes old", body, signatureOf(body, seconds() - 360), "401 webhook_stale"],
      ["six minutes ahead", body, signatureOf(body, seconds() + 360), "401 webhook_stale"],
      ["another app's", otherApp, signatureOf(otherApp), "401 webhook_client_key"],
      ["no JSON", "not JSON", signatureOf("not JSON"), "400 webhook_malformed"],
      ["no event", "{}", signatureOf("{}"), "400 webhook_malformed"],
    ];
    for (const [what, sent, signature, expected] of cases)
      expect([what, await refusal(await told(sent, signature))]).toEqual([what, expected]);
    expect((await tiktokOf(home.browser, creator.id)).status).toBe("active");
  });

  test("is taken up to five minutes early or late", async () => {
    for (const skew of [-290, 290]) {
      const body = bodyOf({ openId: "nobody", reason: 1 });
      expect((await told(body, signatureOf(body, seconds() + skew))).status).toBe(200);
    }
  });
});
