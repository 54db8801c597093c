import { DOORS, type KnockedBy, rateInWords } from "../../domain/doors.ts";
import { Page } from "./layout.tsx";

/** The parts of an OpenAPI document that the page prints. */
export interface ApiDocument {
  paths: Record<
    string,
    Record<
      string,
      {
        summary?: string;
        tags?: string[];
        parameters: { name: string; in: string; required: boolean }[];
        requestBody?: {
          required: boolean;
          content: Record<string, { schema: { properties?: object; required?: string[] } }>;
        };
        responses: Record<string, unknown>;
      }
    >
  >;
}

const KNOCKED_BY: Record<KnockedBy, string> = {
  address: "address (IPv6: network)",
  account: "account",
  caller: "session or key",
  agency: "agency",
};

/** The API, readable without a tool: every operation with what it takes and answers, from the same document. */
export const ApiDocsPage = ({ document }: { document: ApiDocument }) => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      path,
      method,
      operation,
      tag: operation.tags?.[0] ?? "Other",
    })),
  );
  const tags = [...new Set(operations.map(({ tag }) => tag))];
  return (
    <Page title="API" lang="en" kind="policy" description="The API of Etica Pro CRM">
      <article class="column">
        <h1>API</h1>
        <p class="quiet">
          OpenAPI 3.1: <a href="/api/openapi.json">openapi.json</a>
        </p>
        <p>
          A program sends <code>Authorization: Bearer ek_…</code>, a key that an owner or admin makes under Settings. It
          may do what its role allows, and never more than who made it.
        </p>
        <p>
          JSON in camelCase. Errors are problem documents (RFC 9457) with a stable <code>code</code> and a{" "}
          <code>requestId</code>. Lists take <code>limit</code>, <code>cursor</code>, <code>sort</code>, <code>q</code>{" "}
          and filters, and answer <code>items</code> and <code>nextCursor</code>. A PATCH says the version it saw in{" "}
          <code>If-Match</code>; a POST may carry an <code>Idempotency-Key</code>.
        </p>
        <section>
          <h2>Limits</h2>
          <p>
            Who knocks more often is answered 429 with <code>Retry-After</code>. A body is at most 256 KB, 64 KB where
            nobody is signed in yet; a longer one is answered 413.
          </p>
          <div class="scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">What</th>
                  <th scope="col">At most</th>
                  <th scope="col">Counted by</th>
                </tr>
              </thead>
              <tbody>
                {Object.values(DOORS).map((door) => (
                  <tr>
                    <td>{door.what}</td>
                    <td>{rateInWords(door)}</td>
                    <td>{KNOCKED_BY[door.by]}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
        {tags.map((tag) => (
          <section>
            <h2>{tag}</h2>
            <div class="scroll">
              <table>
                <thead>
                  <tr>
                    <th scope="col">Operation</th>
                    <th scope="col">What it does</th>
                    <th scope="col">Takes</th>
                    <th scope="col">Answers</th>
                  </tr>
                </thead>
                <tbody>
                  {operations
                    .filter((one) => one.tag === tag)
                    .map(({ path, method, operation }) => (
                      <tr>
                        <td>
                          <code dir="ltr">
                            {method.toUpperCase()} {path}
                          </code>
                        </td>
                        <td>{operation.summary}</td>
                        <td>{takes(operation)}</td>
                        <td>
                          {Object.keys(operation.responses)
                            .filter((status) => status !== "default")
                            .join(", ")}
                        </td>
                      </tr>
                    ))}
                </tbody>
              </table>
            </div>
          </section>
        ))}
      </article>
    </Page>
  );
};

function takes({ parameters, requestBody }: ApiDocument["paths"][string][string]): string {
  const query = parameters.filter((parameter) => parameter.in === "query").map(({ name }) => `?${name}`);
  const body = Object.values(requestBody?.content ?? {}).flatMap(({ schema }) => Object.keys(schema.properties ?? {}));
  return [...query, ...body].join(", ");
}
