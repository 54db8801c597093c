import { env } from "cloudflare:test";
import { Buffer } from "node:buffer";
import { beforeAll, describe, expect, test } from "vitest";
import type { AuditAction } from "../../domain/audit.ts";
import { hmacSha256 } from "../../platform/hash.ts";
import { app } from "../../worker/app.ts";
import {
  type Agency,
  addCreator,
  agency,
  Browser,
  connect,
  consent,
  invite,
  PASSWORD,
  unique,
} from "../helpers/workerd/agency.ts";
import { problemOf, refusal, refusedFields } from "../helpers/workerd/answers.ts";
import { audited, bend, hubOf, newestEntry, verified } from "../helpers/workerd/audit.ts";
import { mailTo, tokenIn } from "../helpers/workerd/mail.ts";
import { changeMember, inviteMember, join, mailedToken } from "../helpers/workerd/members.ts";
import { setUpTotp } from "../helpers/workerd/people.ts";
import { connectionRow, run } from "../helpers/workerd/rows.ts";

let home: Agency;
/** A creator who is connected, LIVE agreed to. */
let creatorId: string;
let page: string;
let creator: Browser;

beforeAll(async () => {
  home = await agency();
  creatorId = (await addCreator(home.browser)).id;
  ({ page, creator } = await connect(home.browser, creatorId, { account: "quiet.drums", live: true }));
}, 60_000);

const made = (path: string, body?: unknown) => home.browser.api<{ id: string }>("POST", path, body);
const memberId = async (): Promise<string> => (await join(home, "agent")).id;
const invited = () => inviteMember(home.browser, { email: `w.${unique()}@agency.example`, role: "viewer" });
const connected = async (): Promise<{ id: string; page: string; creator: Browser }> => {
  const { id } = await addCreator(home.browser);
  return { id, ...(await connect(home.browser, id, { account: "page.ninety" })) };
};

interface Probe {
  /** Does it, as it succeeds. */
  does: () => Promise<unknown>;
  /** What is newest in the ledger from then on. */
  records: AuditAction;
  by?: "person" | "creator" | "nobody" | "system";
}

/** Every unsafe operation that records. */
const PROBES: Record<string, Probe> = {
  "POST /api/v1/auth/register": {
    does: async () => {
      const other = await agency();
      expect(await newestEntry(other.browser)).toMatchObject({ action: "agency.registered", seq: 1 });
      await home.browser.json("POST", "/creators", { displayName: "After" });
    },
    records: "creator.created",
  },
  "POST /api/v1/auth/login": {
    does: () => new Browser().api("POST", "/auth/login", { email: home.email, password: PASSWORD }),
    records: "auth.signed_in",
  },
  "POST /api/v1/auth/logout": {
    does: async () => {
      const browser = new Browser();
      await browser.api("POST", "/auth/login", { email: home.email, password: PASSWORD });
      await browser.api("POST", "/auth/logout");
    },
    records: "auth.signed_out",
  },
  "POST /api/v1/auth/refresh": {
    does: async () => {
      const browser = new Browser();
      await browser.api("POST", "/auth/login", { email: home.email, password: PASSWORD });
      const name = "__Host-refresh";
      browser.jar().set(name, `${browser.jar().get(name)?.split(".").slice(0, 3).join(".")}.copied`);
      expect(await refusal(await browser.json("POST", "/auth/refresh"))).toBe("401 not_signed_in");
    },
    records: "auth.session_stopped",
    by: "nobody",
  },
  "POST /api/v1/auth/invitations/:token": {
    does: async () => {
      const { email } = await invited();
      const body = { name: "New Person", password: PASSWORD };
      await new Browser().api("POST", `/auth/invitations/${await mailedToken(email)}`, body);
    },
    records: "member.joined",
  },
  "PATCH /api/v1/members/:id": {
    does: async () => expect((await changeMember(home.browser, await memberId(), { role: "manager" })).ok).toBe(true),
    records: "member.role_changed",
  },
  "DELETE /api/v1/members/:id": {
    does: async () => home.browser.api("DELETE", `/members/${await memberId()}`, {}),
    records: "member.left",
  },
  "POST /api/v1/members/:id/transfer-ownership": {
    does: async () => {
      const other = await agency();
      const heir = await join(other, "admin");
      await other.browser.api("POST", `/members/${heir.id}/transfer-ownership`);
      expect(await newestEntry(heir.browser)).toMatchObject({
        action: "ownership.transferred",
        changes: { role: ["admin", "owner"] },
      });
      await addCreator(home.browser);
    },
    records: "creator.created",
  },
  "POST /api/v1/members/invitations": { does: invited, records: "invitation.created" },
  "POST /api/v1/members/invitations/:id/resend": {
    does: async () => {
      const { id } = await invited();
      await run(home, "UPDATE invitations SET mailed_at = 0 WHERE id = ?", id);
      await made(`/members/invitations/${id}/resend`);
    },
    records: "invitation.resent",
  },
  "DELETE /api/v1/members/invitations/:id": {
    does: async () => home.browser.api("DELETE", `/members/invitations/${(await invited()).id}`),
    records: "invitation.revoked",
  },
  "POST /api/v1/api-keys": { does: () => made("/api-keys", { name: "A", role: "viewer" }), records: "key.created" },
  "DELETE /api/v1/api-keys/:id": {
    does: async () =>
      home.browser.api("DELETE", `/api-keys/${(await made("/api-keys", { name: "A", role: "viewer" })).id}`),
    records: "key.revoked",
  },
  "POST /api/v1/creators": { does: () => addCreator(home.browser), records: "creator.created" },
  "PATCH /api/v1/creators/:id": {
    does: async () =>
      home.browser.api("PATCH", `/creators/${(await addCreator(home.browser)).id}`, { stage: "active", version: 1 }),
    records: "creator.changed",
  },
  "DELETE /api/v1/creators/:id": {
    does: async () => home.browser.api("DELETE", `/creators/${(await addCreator(home.browser)).id}`),
    records: "creator.trashed",
  },
  "POST /api/v1/creators/:id/restore": {
    does: async () => {
      const { id } = await addCreator(home.browser);
      await home.browser.api("DELETE", `/creators/${id}`);
      await made(`/creators/${id}/restore`);
    },
    records: "creator.restored",
  },
  "POST /api/v1/creators/:id/invites": {
    does: async () => invite(home.browser, (await addCreator(home.browser)).id),
    records: "connect.invited",
  },
  "PUT /api/v1/creators/:id/live-tracking": {
    does: async () => {
      await home.browser.api("PUT", `/creators/${creatorId}/live-tracking`, { enabled: true });
      expect((await newestEntry(home.browser)).action).toBe("live.enabled");
      await home.browser.api("PUT", `/creators/${creatorId}/live-tracking`, { enabled: false });
    },
    records: "live.disabled",
  },
  "DELETE /api/v1/creators/:id/tiktok": {
    does: async () => home.browser.api("DELETE", `/creators/${(await connected()).id}/tiktok`),
    records: "tiktok.disconnected",
  },
  "POST /c/:token/live": {
    does: () => creator.form(`${page}/live`, [["value", "off"]]),
    records: "consent.live_withdrawn",
    by: "creator",
  },
  "POST /c/:token/disconnect": {
    does: async () => {
      const own = await connected();
      await own.creator.form(`${own.page}/disconnect`, []);
    },
    records: "tiktok.disconnected",
    by: "creator",
  },
  "POST /connect/:token": { does: connected, records: "tiktok.connected", by: "creator" },
  "POST /connect/:token/confirm": {
    // The same settling as of the callback, after the creator's yes to another account.
    does: async () => {
      const { id } = await addCreator(home.browser, { handle: `other${unique()}`.slice(0, 20) });
      const browser = new Browser();
      const url = await invite(home.browser, id);
      const asked = await browser.fetch(await consent(browser, url, { account: "margin.notes" }));
      const html = await asked.text();
      const [, state = ""] = /name="confirm"[^>]*value="([^"]*)"/.exec(html) ?? [];
      expect((await browser.form(`${new URL(url).pathname}/confirm`, [["confirm", state]])).status).toBe(303);
    },
    records: "tiktok.connected",
    by: "creator",
  },
  "POST /webhooks/tiktok": {
    does: async () => {
      const { id } = await addCreator(home.browser);
      await connect(home.browser, id, { account: "stairs.only" });
      const { open_id } = await connectionRow(home, id);
      // TikTok's clock counts seconds, and older news than the connection is ignored.
      const now = Math.floor(Date.now() / 1000) + 1;
      const body = JSON.stringify({
        client_key: env.TIKTOK_CLIENT_KEY,
        event: "authorization.removed",
        create_time: now,
        user_openid: open_id,
        content: JSON.stringify({ reason: 1 }),
      });
      const mac = Buffer.from(hmacSha256(env.TIKTOK_CLIENT_SECRET, `${now}.${body}`)).toString("hex");
      const headers = { "Content-Type": "application/json", "TikTok-Signature": `t=${now},s=${mac}` };
      expect((await new Browser().fetch("/webhooks/tiktok", { method: "POST", headers, body })).status).toBe(200);
      await expect.poll(async () => (await newestEntry(home.browser)).actor.type, { timeout: 10_000 }).toBe("system");
    },
    records: "tiktok.disconnected",
    by: "system",
  },
};

/** A person of their own agency, so that what they do to themselves disturbs nobody; what they did is asked there. */
async function alone(action: AuditAction, does: (one: Agency) => Promise<unknown>): Promise<void> {
  const one = await agency();
  await does(one);
  await expect.poll(async () => (await newestEntry(one.browser)).action).toBe(action);
  await addCreator(home.browser);
}

const hook = () => made("/webhooks", { url: "https://hooks.agency.example/x", events: ["live.ended"] });

/** What people do to their own account, by what is told of it. */
const OWN: Record<string, [action: AuditAction, does: (one: Agency) => Promise<unknown>]> = {
  "PATCH /api/v1/me": ["user.renamed", ({ browser }) => browser.api("PATCH", "/me", { name: "Another Name" })],
  "POST /api/v1/me/password": [
    "auth.password_changed",
    ({ browser }) => browser.api("POST", "/me/password", { current: PASSWORD, password: "eleven boats in the bay" }),
  ],
  "POST /api/v1/me/email": [
    "auth.email_change_asked",
    ({ browser }) => browser.api("POST", "/me/email", { email: `n.${unique()}@agency.example`, password: PASSWORD }),
  ],
  "DELETE /api/v1/me/email": [
    "auth.email_change_called_off",
    async ({ browser }) => {
      await browser.api("POST", "/me/email", { email: `n.${unique()}@agency.example`, password: PASSWORD });
      await browser.api("DELETE", "/me/email");
    },
  ],
  "POST /api/v1/me/totp/confirm": ["auth.second_factor_on", ({ browser }) => setUpTotp(browser)],
  "DELETE /api/v1/me/totp": [
    "auth.second_factor_off",
    async ({ browser }) => {
      const { recoveryCodes } = await setUpTotp(browser);
      await browser.api("DELETE", "/me/totp", { code: recoveryCodes[0] });
    },
  ],
  "DELETE /api/v1/me/sessions": ["auth.sessions_ended", ({ browser }) => browser.api("DELETE", "/me/sessions")],
  "DELETE /api/v1/me/sessions/:id": [
    "auth.session_ended",
    async ({ browser, email }) => {
      const other = new Browser();
      await other.api("POST", "/auth/login", { email, password: PASSWORD });
      const { items } = await browser.api<{ items: { id: string; current: boolean }[] }>("GET", "/me/sessions");
      await browser.api("DELETE", `/me/sessions/${items.find(({ current }) => !current)?.id}`);
    },
  ],
  "POST /api/v1/auth/step-up": [
    "auth.stepped_up",
    ({ browser }) => browser.api("POST", "/auth/step-up", { password: PASSWORD }),
  ],
  "POST /api/v1/auth/reset": [
    "auth.password_reset",
    async ({ browser, email }) => {
      await new Browser().api("POST", "/auth/forgot", { email });
      const token = tokenIn(await mailTo(email, /Choose a new password/), "reset");
      const password = "eleven boats in the bay";
      await new Browser().api("POST", "/auth/reset", { token, password });
      await browser.api("POST", "/auth/login", { email, password });
      const { items } = await audited(browser);
      expect(items.map(({ action }) => action).slice(0, 2)).toEqual(["auth.signed_in", "auth.password_reset"]);
      await browser.api("DELETE", "/me/sessions");
      await browser.api("POST", "/auth/step-up", { password });
    },
  ],
  "POST /api/v1/auth/confirm": [
    "auth.email_confirmed",
    async ({ email }) => {
      const token = tokenIn(await mailTo(email, /Confirm your e-mail address/), "confirm");
      await new Browser().api("POST", "/auth/confirm", { token });
    },
  ],
  "PATCH /api/v1/tenant/security": [
    "security.changed",
    ({ browser }) => browser.api("PATCH", "/tenant/security", { idleHours: 24 }),
  ],
};
for (const [operation, [action, does]] of Object.entries(OWN)) {
  const last = operation === "POST /api/v1/auth/reset" ? "auth.stepped_up" : action;
  PROBES[operation] = { does: () => alone(last, does), records: "creator.created" };
}

Object.assign(PROBES, {
  "DELETE /api/v1/me": {
    does: async () => {
      const { browser } = await join(home, "viewer");
      await browser.api("DELETE", "/me", {});
    },
    records: "member.left",
  },
  "POST /api/v1/webhooks": { does: hook, records: "webhook.created" },
  "PATCH /api/v1/webhooks/:id": {
    does: async () => home.browser.api("PATCH", `/webhooks/${(await hook()).id}`, { state: "off", version: 1 }),
    records: "webhook.changed",
  },
  "DELETE /api/v1/webhooks/:id": {
    does: async () => home.browser.api("DELETE", `/webhooks/${(await hook()).id}`),
    records: "webhook.deleted",
  },
  "POST /api/v1/webhooks/:id/rotate": {
    does: async () => made(`/webhooks/${(await hook()).id}/rotate`),
    records: "webhook.secret_renewed",
  },
} satisfies Record<string, Probe>);

/** Unsafe by their method, and without an entry. */
const UNRECORDED: Record<string, string> = {
  "POST /api/v1/auth/forgot": "Nobody proved anything yet: the mail tells the person, the reset is recorded.",
  "POST /api/v1/me/email/verify": "Mails a link once more: nothing changed.",
  "POST /api/v1/me/totp": "Nothing counts until a code confirms it, which is recorded.",
  "POST /api/v1/webhooks/:id/test": "Stands in the webhook's own deliveries.",
  "POST /api/v1/webhooks/:id/deliveries/:deliveryId/replay": "Stands in the webhook's own deliveries.",
  "POST /csp-reports": "Browsers say what our policy stopped: nobody acts.",
  "POST /api/v1/creators/:id/tiktok/sync": "Asks TikTok for the same figures a little earlier: nothing is decided.",
};

/** Every unsafe operation that is served, pages too. */
const unsafe = (): string[] => [
  ...new Set(
    app.routes
      .filter(({ method }) => ["POST", "PUT", "PATCH", "DELETE"].includes(method))
      .map(({ method, path }) => `${method} ${path.replace(/(.)\/$/, "$1")}`),
  ),
];

test("every unsafe operation records, or says here why it does not", () => {
  const told = [...Object.keys(PROBES), ...Object.keys(UNRECORDED)];
  expect(told.toSorted()).toEqual(unsafe().toSorted());
  expect(unsafe().length).toBeGreaterThan(20);
});

describe("the ledger", () => {
  test.each(Object.keys(PROBES))("hears of %s: who, what, from where and in which request", async (operation) => {
    const { does, records, by = "person" } = PROBES[operation] ?? {};
    await does?.();
    const entry = await newestEntry(home.browser);
    expect([operation, entry.action, entry.actor.type]).toEqual([operation, records, by]);
    if (by !== "system") {
      expect(entry.ip).toBe("127.0.0.1");
      expect(entry.requestId).toMatch(/^[0-9A-F]{20}$/);
    }
    expect((await verified(home.browser)).ok).toBe(true);
  });

  test("hears of a wrong password where the address is known, and of nothing where it is not", async () => {
    const other = await agency();
    const wrong = (email: string) =>
      new Browser().json("POST", "/auth/login", { email, password: "wrong horse, wrong battery" });
    await wrong(`nobody.${unique()}@agency.example`);
    await wrong(other.email);
    await expect
      .poll(() => newestEntry(other.browser))
      .toMatchObject({ action: "auth.sign_in_failed", actor: { type: "nobody" }, target: { id: other.user.id } });
    expect((await verified(other.browser)).length).toBe(2);
  });

  test("names a program by its key, and the person whom it acts for", async () => {
    const key = await home.browser.api<{ id: string; secret: string }>("POST", "/api-keys", {
      name: "Night report",
      role: "admin",
    });
    await new Browser().api("POST", "/creators", { displayName: "A" }, { Authorization: `Bearer ${key.secret}` });
    expect((await newestEntry(home.browser)).actor).toEqual({
      type: "key",
      id: key.id,
      forId: home.user.id,
      name: "Night report",
    });
  });

  test("tells a role's change before and after, and each thing that changed at once by itself", async () => {
    const leo = await join(home, "agent");
    await changeMember(home.browser, leo.id, { role: "manager", team: "North", state: "suspended" });
    const { items } = await audited(home.browser, `targetId=${leo.id}&limit=3`);
    expect(items.map(({ action, changes }) => [action, changes])).toEqual([
      ["member.suspended", { state: ["active", "suspended"] }],
      ["member.team_changed", { team: [null, "North"] }],
      ["member.role_changed", { role: ["agent", "manager"] }],
    ]);
    expect(items[0]).toMatchObject({ actor: { name: "Olga Owner" }, target: { type: "user", name: "Agent Person" } });
  });

  test("is told of nothing where nothing changed, or the act was refused", async () => {
    const { id } = await addCreator(home.browser);
    const before = (await verified(home.browser)).length;
    await home.browser.api("PATCH", `/creators/${id}`, { displayName: "Mira Daneshkar", version: 1 });
    await home.browser.api("POST", `/creators/${id}/restore`);
    expect((await home.browser.json("PATCH", `/creators/${id}`, { stage: "active", version: 1 })).status).toBe(409);
    expect((await verified(home.browser)).length).toBe(before);
  });

  test("holds no secret and nothing personal, whatever field it was put in", async () => {
    const mine = await agency();
    const secrets = ["ek_eu.marked.marked", "markedMarked0marked1marked2", "markedMarked3.markedMarked4marked5"];
    const [one = "", two = "", three = ""] = secrets;
    const agent = { "User-Agent": `Reader ${one}` };
    const fields = {
      displayName: "Zelda Quillfeather",
      legalName: "Zelda Legal",
      email: "zelda@creator.example",
      phone: "+971 50 555 0101",
      language: two,
      niche: "Zelda's niche",
      tier: "482913",
      team: three,
      doNotPitch: "not Zelda",
      tags: ["zelda-tag", two],
      custom: { [two]: three, city: "Zeldaville" },
    };
    const { id } = await mine.browser.api<{ id: string }>("POST", "/creators", fields, agent);
    await mine.browser.api("PATCH", `/creators/${id}`, { ...fields, displayName: "Zelda Two", team: two, version: 1 });
    await inviteMember(mine.browser, { email: "zelda.member@agency.example", role: "viewer", team: three });
    await mine.browser.api("POST", "/api-keys", { name: `Zelda ${one}`, role: "viewer" });
    const dump = JSON.stringify([
      await bend(mine, "SELECT * FROM ledger"),
      await bend(mine, "SELECT * FROM ledger_ends"),
      // Digits of hashes, ids and of the request's are anybody's.
    ]).replaceAll(/[0-9a-f]{64}|[0-9A-HJKMNP-TV-Z]{26}|[0-9A-F]{20}|\d{13}/g, "");
    for (const marked of [...secrets, "marked", "Marked", "482913", "Zelda", "zelda", "0101", mine.email, PASSWORD])
      expect([marked, dump.includes(marked)]).toEqual([marked, false]);
    expect(dump).toContain("creator.changed");
  });

  test("says where it breaks when somebody changed it", async () => {
    const mine = await agency();
    for (let n = 0; n < 3; n++) await addCreator(mine.browser);
    expect(await verified(mine.browser)).toMatchObject({ ok: true, length: 4, broken: null });
    await bend(mine, "UPDATE ledger SET ip = '192.0.2.1' WHERE seq = 3");
    expect(await verified(mine.browser)).toMatchObject({ ok: false, broken: { seq: 3, why: "changed" } });
  });
});

describe("the list", () => {
  let mine: Agency;
  let first: string;
  beforeAll(async () => {
    mine = await agency();
    first = (await addCreator(mine.browser, { stage: "lead" })).id;
    for (let n = 0; n < 6; n++) await addCreator(mine.browser);
    await mine.browser.api("PATCH", `/creators/${first}`, { stage: "active", version: 1 });
  });

  test("is newest first, a page at a time", async () => {
    const seen: number[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const answer: Awaited<ReturnType<typeof audited>> = await audited(
        mine.browser,
        `limit=3${cursor && `&cursor=${cursor}`}`,
      );
      expect(answer.items.length).toBeLessThanOrEqual(3);
      seen.push(...answer.items.map(({ seq }) => seq));
      cursor = answer.nextCursor;
    }
    expect(seen).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });

  test("narrows by actor, action, target and time", async () => {
    const count = async (query: string) => (await audited(mine.browser, query)).items.length;
    expect(await count(`actor=${mine.user.id}`)).toBe(9);
    expect(await count("actor=person")).toBe(9);
    expect(await count("actor=system")).toBe(0);
    expect(await count("action=creator.created")).toBe(7);
    expect(await count("targetType=agency")).toBe(1);
    expect(await count(`targetType=creator&targetId=${first}`)).toBe(2);
    expect(await count(`targetId=${first}&action=creator.changed`)).toBe(1);
    const [newest] = (await audited(mine.browser, "limit=1")).items;
    expect(await count(`from=${new Date(Date.parse(newest?.at ?? "") + 1).toISOString()}`)).toBe(0);
    expect(await count("to=2020-01-01T00:00:00Z")).toBe(0);
  });

  test("refuses what it does not know", async () => {
    for (const [asked, field] of [
      ["action=nothing.known", "action"],
      ["actor=somebody", "actor"],
      ["targetType=planet", "targetType"],
      ["targetId=x", "targetId"],
      ["from=yesterday", "from"],
      ["limit=201", "limit"],
      ["unheard=1", "unheard"],
    ] as const)
      expect([asked, await refusedFields(await mine.browser.json("GET", `/audit?${asked}`))]).toEqual([asked, [field]]);
    expect(await refusal(await mine.browser.json("GET", "/audit?cursor=nonsense"))).toBe("400 bad_cursor");
    expect((await problemOf(await mine.browser.json("GET", "/audit/export?format=pdf"))).status).toBe(422);
  });

  test("shows nothing of another agency's", async () => {
    const text = JSON.stringify([
      await audited(home.browser, "limit=200"),
      await audited(home.browser, `targetId=${first}`),
    ]);
    for (const theirs of [mine.user.id, mine.tenant.id, first]) expect(text).not.toContain(theirs);
  });
});

describe("an export", () => {
  const file = async (by: Browser, query: string) => {
    const answer = await by.json("GET", `/audit/export?${query}`);
    expect(answer.status).toBe(200);
    return { text: await answer.text(), headers: answer.headers };
  };

  test("has every entry, and is one itself", async () => {
    const mine = await agency();
    // More than one page of the export.
    for (let n = 0; n < 3; n++) await addCreator(mine.browser);
    const { text, headers } = await file(mine.browser, "format=jsonl&action=creator.created");
    expect(headers.get("Content-Disposition")).toMatch(/^attachment; filename="audit-\d{4}-\d\d-\d\d\.jsonl"$/);
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { seq: number });
    expect(lines.map(({ seq }) => seq)).toEqual([4, 3, 2]);
    expect(await newestEntry(mine.browser)).toMatchObject({
      action: "audit.exported",
      changes: { format: [null, "jsonl"], action: [null, "creator.created"] },
    });
  });

  test("takes a proof that it is still the same person, is told by mail, and is no program's", async () => {
    const mine = await agency();
    await run(mine, "UPDATE sessions SET stepped_up_at = NULL, created_at = 0 WHERE tenant_id = ?", mine.tenant.id);
    const ask = (by: Browser, headers = {}) => by.json("GET", "/audit/export?format=csv", undefined, headers);
    expect(await refusal(await ask(mine.browser))).toBe("403 step_up_required");
    await mine.browser.api("POST", "/auth/step-up", { password: PASSWORD });
    expect((await ask(mine.browser)).status).toBe(200);
    expect((await mailTo(mine.email, /Something was exported/)).text).toContain("downloaded the audit log.");
    const key = await mine.browser.api<{ secret: string }>("POST", "/api-keys", { name: "A", role: "admin" });
    const program = await ask(new Browser(), { Authorization: `Bearer ${key.secret}` });
    expect(await refusal(program)).toMatch(/^403 /);
  });

  test("goes on beyond a page", async () => {
    const mine = await agency();
    const acts = Array.from({ length: 1_203 }, (_, n) => ({
      id: `ae_${String(n).padStart(26, "0")}`,
      actor: { type: "system" as const, id: null, forId: null },
      action: "tiktok.disconnected" as const,
      target: { type: "creator" as const, id: `cr_${String(n).padStart(26, "0")}` },
      changes: {},
      ip: null,
      agent: null,
      requestId: null,
    }));
    await hubOf(mine).record(acts);
    const { text } = await file(mine.browser, "format=csv");
    // A line of names, the registration, the acts, and the export.
    expect(text.trimEnd().split("\r\n")).toHaveLength(1 + 1 + 1_203 + 1);
  });

  test("gives a spreadsheet nothing to run", async () => {
    const mine = await agency();
    for (const name of ["=1+1", "+SUM(A1)", "-2", "@cmd", '=HYPERLINK("http://evil.example","x")', "\t=1"])
      await addCreator(mine.browser, { displayName: name });
    const { text, headers } = await file(mine.browser, "format=csv");
    expect(headers.get("Content-Type")).toBe("text/csv; charset=utf-8");
    for (const cell of text.split("\r\n").flatMap((line) => line.split(","))) expect(cell).not.toMatch(/^"?\s*[=+\-@]/);
    expect(text).toContain("'=1+1");
    expect(text).toContain(`"'=HYPERLINK(""http://evil.example"",""x"")"`);
  });
});

test("an entry of an erased creator names nobody", async () => {
  const mine = await agency();
  const { id } = await addCreator(mine.browser, { displayName: "Soon Erased" });
  expect((await newestEntry(mine.browser)).target).toEqual({ type: "creator", id, name: "Soon Erased" });
  await env.DB_EU.prepare("DELETE FROM creators WHERE id = ?").bind(id).run();
  expect((await newestEntry(mine.browser)).target).toEqual({ type: "creator", id, name: null });
});
