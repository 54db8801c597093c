import type { Hono } from "hono";
import * as z from "zod/mini";
import { DOORS, type DoorName, rateInWords } from "../../domain/doors.ts";
import type { AppEnv } from "../env.ts";
import type { ApiDocument } from "../pages/api-docs.tsx";
import { type Described, describedBy, type Schema } from "./contract.ts";

const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  code: z.string(),
  errors: z.optional(z.array(z.object({ path: z.string(), message: z.string() }))),
  requestId: z.string(),
});

const jsonSchema = (schema: Schema, io: "input" | "output"): object => {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
};

const content = (schema: Schema, media: readonly string[] = ["application/json"]) =>
  Object.fromEntries(media.map((kind) => [kind, { schema: jsonSchema(schema, "output") }]));

const SCHEMES = {
  session: {
    type: "apiKey",
    in: "cookie",
    name: "__Host-session",
    description: "A person's browser, signed in at /auth/login.",
  },
  refresh: {
    type: "apiKey",
    in: "cookie",
    name: "__Host-refresh",
    description: "What a browser renews its session with.",
  },
  key: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "ek_<region>.<tenant>.<key>.<secret>",
    description: "A program, with a key of /api-keys. It may do what its role allows, and no more than who made it.",
  },
};

/** One of a list is enough; an empty list asks for none. */
const CREDENTIALS = { none: [], session: [{ session: [] }], refresh: [{ refresh: [] }] };

/** OpenAPI 3.1 of what the app serves, read off its own routes: it cannot say more or less than they do. */
export function openApi(app: Hono<AppEnv>, server: string): ApiDocument & Record<string, unknown> {
  const operations = new Map<string, { path: string; method: string; described: Described }>();
  for (const { path, method, handler } of app.routes) {
    const described = describedBy(handler);
    if (!described) continue;
    const key = `${method} ${path}`;
    operations.set(key, { path, method, described: { ...operations.get(key)?.described, ...described } });
  }
  const paths: ApiDocument["paths"] = {};
  for (const { path, method, described } of operations.values()) {
    // A page has a door too; only what says what it is for is an operation.
    if (!described.summary) continue;
    const url = path.replace(/:(\w+)(\{[^}]*\})?/g, "{$1}");
    paths[url] = { ...paths[url], [method.toLowerCase()]: operation(url, described) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Etica Pro CRM",
      version: "1",
      description: "The API of an agency's own workspace. Errors are RFC 9457.",
    },
    servers: [{ url: server }],
    security: [{ session: [] }, { key: [] }],
    paths,
    components: { securitySchemes: SCHEMES },
  };
}

const tooOften = (door: DoorName): object => ({
  description: `${DOORS[door].what}: at most ${rateInWords(DOORS[door])} by ${DOORS[door].by}. Retry-After says when again`,
  headers: { "Retry-After": { description: "Seconds", schema: { type: "integer" } } },
  content: content(problemSchema, ["application/problem+json"]),
});

function operation(url: string, described: Described): ApiDocument["paths"][string][string] {
  const inPath = [...url.matchAll(/\{(\w+)\}/g)].map(([, key = ""]) => ({
    name: key,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  const asked = described.query ? jsonSchema(described.query, "input") : {};
  const required = "required" in asked && Array.isArray(asked.required) ? asked.required : [];
  const inQuery = Object.entries("properties" in asked ? (asked.properties as object) : {}).map(([key, schema]) => ({
    name: key,
    in: "query",
    required: required.includes(key),
    schema,
  }));
  return {
    ...(described.summary ? { summary: described.summary } : {}),
    ...(described.tag ? { tags: [described.tag] } : {}),
    ...(described.credential ? { security: CREDENTIALS[described.credential] } : {}),
    parameters: [...inPath, ...inQuery],
    ...(described.body
      ? {
          requestBody: {
            required: true,
            content: { "application/json": { schema: jsonSchema(described.body, "input") } },
          },
        }
      : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(described.answers ?? {}).map(([status, schema]) => [
          status,
          {
            description: status === "204" ? "Done" : "OK",
            ...(schema ? { content: content(schema, described.media) } : {}),
          },
        ]),
      ),
      ...(described.door ? { 429: tooOften(described.door) } : {}),
      default: { description: "What went wrong", content: content(problemSchema, ["application/problem+json"]) },
    },
  };
}
