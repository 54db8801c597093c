import { env } from "cloudflare:test";
import { getTableColumns, is } from "drizzle-orm";
import { SQLiteTable } from "drizzle-orm/sqlite-core";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import * as schema from "../../platform/db/region/index.ts";
import { Browser, PASSWORD, unique } from "../helpers/workerd/agency.ts";
import { problemOf, refusal } from "../helpers/workerd/answers.ts";
import { inviteMember, mailedToken } from "../helpers/workerd/members.ts";
import { type Operation, openApiDocument, operations } from "../helpers/workerd/operations.ts";
import { idFor, type Peopled, peopled } from "../helpers/workerd/peopled.ts";
import { dump, region, rows, run } from "../helpers/workerd/rows.ts";

/** A body that the operation takes: each hostile one differs from it in one place. */
const VALID: Record<string, (home: Peopled) => Record<string, unknown>> = {
  "POST /auth/register": () => ({
    agency: "Test Agency",
    region: "eu",
    name: "Olga Owner",
    email: `walk.${unique()}@agency.example`,
    password: PASSWORD,
  }),
  "POST /auth/login": ({ email }) => ({ email, password: PASSWORD }),
  "POST /auth/invitations/{token}": () => ({ name: "Ina Invited", password: PASSWORD }),
  "POST /members/invitations": () => ({ email: `walk.${unique()}@agency.example`, role: "viewer" }),
  "PATCH /members/{id}": () => ({ team: "North" }),
  "DELETE /members/{id}": ({ user }) => ({ reassignTo: user.id }),
  "POST /api-keys": () => ({ name: "A program", role: "viewer" }),
  "POST /creators": () => ({ displayName: "Walked Over" }),
  "PATCH /creators/{id}": () => ({ niche: "craft" }),
  "PUT /creators/{id}/live-tracking": () => ({ enabled: false }),
};

const MARK = "mass-assigned-by-the-walk";
const SCRIPT = "<script>alert('walked')</script>";
const deep = (depth: number, open: string, close: string): string => open.repeat(depth) + close.repeat(depth);
const TEN_MEGABYTES = JSON.stringify({ displayName: "x".repeat(10 * 1024 * 1024) });

/** Whole bodies that are not what anybody takes, as they come over the wire. */
const HOSTILE_BODIES: readonly (string | Uint8Array)[] = [
  ...["", "null", "true", "42", '"text"', "[]", "[{}]", "{}", "{", "1e999", "\u0000", "\ufeff{}"],
  '{"__proto__":{"role":"owner"},"constructor":{"prototype":{"role":"owner"}},"toString":1,"hasOwnProperty":null}',
  '{"displayName":"a","displayName":"b"}',
  '{"\\ud800":"\\udfff","displayName":"\\ud800","name":"\\ud800","email":"\\ud800@\\udfff.example","password":"\\ud800"}',
  deep(10_000, "[", "]"),
  deep(10_000, '{"custom":', "1").replace(/1+$/, `1${"}".repeat(10_000)}`),
  `{"displayName":${deep(10_000, "[", "]")},"name":${deep(10_000, "[", "]")}}`,
  TEN_MEGABYTES,
  new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x7d]),
];

/** In the place of each field. */
const HOSTILE_VALUES: readonly unknown[] = [
  ...[null, -1, 1e308, "", [], {}, { toString: null }],
  "'; DROP TABLE creators; --",
  "NUL \u0000 inside",
  "\ud800",
  SCRIPT,
  "x".repeat(20_000),
];

/** In the place of each part of a path and of each member of a query. */
const HOSTILE_WORDS = [
  ...["%00", "..%2f..%2f", "%ED%A0%80", "%ff", "__proto__", "constructor", "null", "-1", "1e999", "%20"],
  "'%20OR%201=1--",
  "%3Cscript%3Ealert(1)%3C/script%3E",
  "x".repeat(5_000),
];

/** Where each try is a password's worth of work, the worst of them. */
const WORST_VALUES: readonly unknown[] = [null, {}, "NUL \u0000 inside", "\ud800"];

const nameOf = ({ method, path }: Operation): string => `${method} ${path.slice("/api/v1".length)}`;
const pathOf = ({ path }: Operation, id: string): string => path.slice("/api/v1".length).replace(/\{\w+\}/g, id);
const isSafe = ({ method }: Operation): boolean => method === "GET";
const takesBody = ({ described }: Operation): boolean => "requestBody" in described;

/** No answer breaks, or is a page; a refusal is a problem document. */
async function holds(what: unknown[], response: Response): Promise<void> {
  const type = response.headers.get("Content-Type") ?? "";
  const text = await response.text();
  expect([...what, response.status < 500, type.includes("html")]).toEqual([...what, true, false]);
  expect([...what, response.headers.get("X-Content-Type-Options")]).toEqual([...what, "nosniff"]);
  if (response.status >= 400) {
    const problem = await problemOf(new Response(text, response));
    expect([...what, problem.requestId.length]).toEqual([...what, 20]);
    expect([...what, /D1_|SQLITE|at \w+ \(|node_modules/.test(text)]).toEqual([...what, false]);
  }
}

let all: Operation[];
let home: Peopled;
let neighbour: Peopled;
beforeAll(async () => {
  all = await operations();
  [home, neighbour] = [await peopled("eu"), await peopled("eu")];
}, 60_000);
beforeEach(() => {
  for (const level of ["log", "warn", "error"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

/** What an operation is asked with: who has nothing to sign out of, where it is about signing in. */
async function asker({ path }: Operation): Promise<Browser> {
  if (path.startsWith("/api/v1/auth/")) return new Browser();
  // An operation may have been what it says: a member let go, an owner who handed on.
  const owner = await home.browser.json("GET", "/me");
  const { role } = (await owner.json()) as { role?: string };
  if (role !== "owner") await run(home, "UPDATE users SET role = 'owner' WHERE id = ?", home.user.id);
  return home.browser;
}

/** What its path names: an invitation that still stands, where the link is what it takes. */
const idIn = async (operation: Operation): Promise<string> => {
  if (!operation.path.includes("{token}")) return idFor(operation.path, home);
  const email = `walk.${unique()}@agency.example`;
  await inviteMember(home.browser, { email, role: "viewer" });
  return mailedToken(email);
};

/** Those that end something come last, so that the others find it. */
const inOrder = (): Operation[] =>
  all
    .filter((operation) => !isSafe(operation))
    .sort((one, other) => Number(one.method === "DELETE") - Number(other.method === "DELETE"));

describe("every operation of the API, as its description has it,", () => {
  test("takes nobody without a session, unless it says that it needs none", async () => {
    const { security: usual } = await openApiDocument();
    expect(usual).toEqual([{ session: [] }, { key: [] }]);
    const open: string[] = [];
    for (const operation of all) {
      const needs = Array.isArray(operation.described.security) ? operation.described.security : usual;
      if (needs.length === 0) open.push(nameOf(operation));
      const answer = await new Browser().json(operation.method, pathOf(operation, idFor(operation.path, home)));
      const { status } = answer;
      await answer.body?.cancel();
      expect([nameOf(operation), status === 401]).toEqual([nameOf(operation), needs.length > 0]);
    }
    // What is open is a decision: one more is written down here.
    expect(open.sort()).toEqual([
      "GET /auth/invitations/{token}",
      "POST /auth/invitations/{token}",
      "POST /auth/login",
      "POST /auth/logout",
      "POST /auth/register",
    ]);
  });

  test("refuses what another site's page sends in somebody's name", async () => {
    let walked = 0;
    for (const operation of inOrder()) {
      for (const foreign of [{ Origin: "https://evil.example" }, { "Sec-Fetch-Site": "cross-site" }] as const) {
        const sent = home.browser.json(operation.method, pathOf(operation, idFor(operation.path, home)), "{}", foreign);
        expect([nameOf(operation), await refusal(await sent)]).toEqual([nameOf(operation), "403 cross_origin"]);
        walked += 1;
      }
    }
    expect(walked).toBeGreaterThan(30);
  });

  test("says 404 of another agency's ids, whatever hostile comes with them", async () => {
    const before = (await dump(region("eu"))).split("\n").filter((row) => row.includes(neighbour.tenant.id));
    for (const operation of all.filter(({ path }) => path.includes("{"))) {
      const id = idFor(operation.path, neighbour);
      for (const body of isSafe(operation) ? [undefined] : HOSTILE_BODIES) {
        const answer = await send(home.browser, operation, id, body);
        expect([nameOf(operation), await refusal(answer)]).toEqual([nameOf(operation), "404 not_found"]);
      }
    }
    const after = (await dump(region("eu"))).split("\n").filter((row) => row.includes(neighbour.tenant.id));
    expect(after).toEqual(before);
  });
});

const send = async (
  by: Browser,
  { method, path }: Operation,
  id: string,
  body?: string | Uint8Array,
): Promise<Response> =>
  by.fetch(path.replace(/\{\w+\}/g, id), {
    method,
    headers: { "Content-Type": "application/json", ...(method === "PATCH" ? { "If-Match": await versionOf(id) } : {}) },
    ...(body === undefined || method === "GET" ? {} : { body }),
  });

/** As it stands, so that nothing is refused for its age alone. */
async function versionOf(id: string): Promise<string> {
  const [row] = await rows(
    home,
    "SELECT version FROM creators WHERE id = ?1 UNION ALL SELECT version FROM users WHERE id = ?1",
    id,
  );
  return `"${Number(row?.version ?? 1)}"`;
}

describe("nothing that is sent breaks an operation, or comes back as a page:", () => {
  test("bodies that are nothing anybody takes", async () => {
    for (const operation of inOrder()) {
      const by = await asker(operation);
      const id = idFor(operation.path, home);
      for (const body of HOSTILE_BODIES)
        await holds([nameOf(operation), String(body).slice(0, 40)], await send(by, operation, id, body));
    }
    expect(Reflect.get({}, "role")).toBeUndefined();
  }, 120_000);

  test("hostile values in the place of each field", async () => {
    let walked = 0;
    for (const operation of inOrder().filter(takesBody)) {
      const name = nameOf(operation);
      const valid = VALID[name]?.(home);
      expect([name, valid !== undefined]).toEqual([name, true]);
      const by = await asker(operation);
      for (const field of Object.keys(fieldsOf(operation)))
        for (const value of operation.path.startsWith("/api/v1/auth/") ? WORST_VALUES : HOSTILE_VALUES) {
          const body = JSON.stringify({ ...valid, [field]: value });
          // The link of an invitation would be used up; one that is none is refused before the body is read.
          const id = operation.path.includes("{token}") ? await idIn(operation) : idFor(operation.path, home);
          await holds([name, field, JSON.stringify(value).slice(0, 40)], await send(by, operation, id, body));
          walked += 1;
        }
    }
    expect(walked).toBeGreaterThan(200);
  }, 120_000);

  test("hostile words in the path, and in each member of the query", async () => {
    for (const operation of all) {
      const by = await asker(operation);
      for (const word of HOSTILE_WORDS) {
        if (operation.path.includes("{"))
          await holds([nameOf(operation), word.slice(0, 40)], await send(by, operation, word));
        if (!isSafe(operation)) continue;
        const path = operation.path.replace(/\{\w+\}/g, idFor(operation.path, home));
        await Promise.all(
          [...queryOf(operation), word].map(async (member) =>
            holds(
              [nameOf(operation), member.slice(0, 40), word.slice(0, 40)],
              await by.fetch(`${path}?${member}=${word}`),
            ),
          ),
        );
      }
    }
  }, 120_000);

  test.each([
    ["If-Match", '"1", "2"'],
    ["If-Match", "x".repeat(5_000)],
    ["Idempotency-Key", "x".repeat(5_000)],
    ["Cookie", `__Host-session=${"%".repeat(200)}; ;;=; __Host-refresh=a.b.c.d; __Host-bookmark=${SCRIPT}`],
    ["Authorization", "Bearer ek_eu.tn_x.ak_x."],
    ["Authorization", "Bearer"],
    ["Content-Type", "application/json; charset=utf-16"],
    ["Content-Length", "-1"],
    ["CF-Connecting-IP", SCRIPT],
    ["User-Agent", SCRIPT.repeat(50)],
    ["Accept-Language", "x".repeat(5_000)],
    ["Upgrade", "websocket"],
  ])("what a header says: case %#", async (name, value) => {
    for (const operation of all.filter(({ path }) => !path.startsWith("/api/v1/auth/"))) {
      const answer = await home.browser.json(operation.method, pathOf(operation, "nonsense"), undefined, {
        [name]: value,
      });
      if (answer.status === 101) {
        answer.webSocket?.accept();
        answer.webSocket?.close(1000, "Seen");
        continue;
      }
      await holds([nameOf(operation), name], answer);
    }
  });

  test("pages escape whatever comes back on them", async () => {
    const script = encodeURIComponent(SCRIPT);
    for (const path of [
      `/nothing/${script}`,
      `/connect/${script}?lang=${script}&declined=${script}`,
      `/c/${script}?notice=${script}&lang=${script}`,
      `/oauth/tiktok/callback?state=${script}&code=${script}&error=${script}`,
      `${home.invite}?lang=${script}&declined=${script}`,
      `${home.page}?notice=${script}&lang=${script}`,
      `/privacy?lang=${script}`,
      `/?lang=${script}`,
    ]) {
      const response = await new Browser().fetch(path, { headers: { Accept: "text/html" } });
      expect([path, response.status < 500, (await response.text()).includes("<script>alert")]).toEqual([
        path,
        true,
        false,
      ]);
    }
  });
});

const fieldsOf = ({ described }: Operation): Record<string, unknown> => {
  const body = described.requestBody as {
    content: Record<string, { schema: { properties?: Record<string, unknown> } }>;
  };
  return body.content["application/json"]?.schema.properties ?? {};
};

const queryOf = ({ described }: Operation): string[] =>
  (described.parameters as { name: string; in: string }[]).flatMap((one) => (one.in === "query" ? [one.name] : []));

describe("what an operation does not name cannot be written by it:", () => {
  // What was sent before may have ended the member, the key or the invitation.
  beforeAll(async () => {
    home = await peopled("eu");
  }, 60_000);

  /** Every column that there is, as the API would call it and as the database does. */
  const columns = [
    ...new Set(
      Object.values(schema).flatMap((table) =>
        is(table, SQLiteTable) ? Object.entries(getTableColumns(table)).flatMap(([key, { name }]) => [key, name]) : [],
      ),
    ),
    ...["isAdmin", "rights", "figures", "tenant", "user"],
  ];

  test("every column of every table is refused or ignored, and never stored", async () => {
    for (const operation of inOrder().filter(takesBody)) {
      const name = nameOf(operation);
      const named = Object.keys(fieldsOf(operation));
      const unnamed = columns.filter((column) => !named.includes(column) && column !== "version");
      const body = { ...VALID[name]?.(home), ...Object.fromEntries(unnamed.map((column) => [column, MARK])) };
      const by = await asker(operation);
      const answer = await send(by, operation, await idIn(operation), JSON.stringify(body));
      const text = await answer.text();
      expect([name, answer.status < 500]).toEqual([name, true]);
      if (answer.status === 422) {
        const { errors = [] } = await problemOf(new Response(text, answer));
        expect([name, errors.map(({ path }) => path)]).toEqual([name, expect.arrayContaining(unnamed)]);
      } else expect([name, answer.status < 300, text.includes(MARK)]).toEqual([name, true, false]);
    }
    for (const database of [env.DIRECTORY, env.DB_EU, env.DB_US, env.DB_ME])
      expect((await dump(database)).includes(MARK)).toBe(false);
  }, 60_000);

  test("one by one, so that a field beside it is no excuse", async () => {
    const { id } = await home.browser.api<{ id: string }>("POST", "/creators", { displayName: "One by one" });
    const named = all
      .filter((one) => nameOf(one) === "PATCH /creators/{id}")
      .flatMap((one) => Object.keys(fieldsOf(one)));
    expect(named).toContain("displayName");
    await Promise.all(
      columns
        .filter((column) => !named.includes(column) && column !== "version")
        .map(async (column) => {
          const patch = await home.browser.json("PATCH", `/creators/${id}`, { [column]: MARK, version: 1 });
          expect([column, await refusal(patch)]).toEqual([column, "422 invalid_fields"]);
        }),
    );
    expect(await home.browser.api("GET", `/creators/${id}`)).toMatchObject({ version: 1, displayName: "One by one" });
  });
});

test("the walk knows a valid body of every operation that takes one", async () => {
  const taking = all.filter(takesBody).map(nameOf);
  expect(Object.keys(VALID).sort()).toEqual(taking.sort());
});
