import type {
  D1Database,
  D1DatabaseSession,
  D1PreparedStatement,
  D1Result,
  ExecutionContext,
} from "@cloudflare/workers-types";
import { app } from "../../../worker/app.ts";
import type { DatabaseTally } from "../tally.ts";

/**
 * The product with an ear at its databases: each answer says in `X-Statements`, `X-Rows-Read` and
 * `X-Rows-Returned` what its statements cost. It listens on a socket of its own, so that nothing
 * of this stands in a request that is timed.
 */
export const counted = {
  async fetch(request: Request, env: Record<string, unknown>, ctx: ExecutionContext): Promise<Response> {
    const tally: DatabaseTally = { statements: 0, rowsRead: 0, rowsReturned: 0, rowsWritten: 0 };
    const heard = Object.fromEntries(
      Object.entries(env).map(([name, binding]) => [name, isDatabase(binding) ? listening(binding, tally) : binding]),
    );
    const answer = await app.fetch(request, heard, ctx);
    const { statements, rowsRead, rowsReturned } = tally;
    const headers = new Headers(answer.headers);
    headers.set("X-Statements", String(statements));
    headers.set("X-Rows-Read", String(rowsRead));
    headers.set("X-Rows-Returned", String(rowsReturned));
    return new Response(answer.body, { status: answer.status, headers });
  },
};

export const isDatabase = (binding: unknown): binding is D1Database =>
  typeof binding === "object" && binding !== null && "withSession" in binding;

/** A database with an ear at it: what the product asks of one, and of a statement. */
export const listening = (database: D1Database, tally: DatabaseTally) => ({
  prepare: (sql: string) => heardStatement(database.prepare(sql), tally),
  batch: (statements: readonly Heard[]) => heardBatch(database, statements, tally),
  withSession: (bookmark?: string) => {
    const session = database.withSession(bookmark);
    return {
      prepare: (sql: string) => heardStatement(session.prepare(sql), tally),
      batch: (statements: readonly Heard[]) => heardBatch(session, statements, tally),
      getBookmark: () => session.getBookmark(),
    };
  },
});

interface Heard {
  readonly statement: D1PreparedStatement;
  bind(...values: unknown[]): Heard;
  all(): Promise<D1Result>;
  run(): Promise<D1Result>;
  first(): Promise<unknown>;
}

function heardStatement(statement: D1PreparedStatement, tally: DatabaseTally): Heard {
  const all = async (): Promise<D1Result> => noted(await statement.all(), tally);
  return {
    statement,
    bind: (...values) => heardStatement(statement.bind(...values), tally),
    all,
    run: all,
    first: async () => (await all()).results[0] ?? null,
  };
}

const heardBatch = async (
  on: D1Database | D1DatabaseSession,
  statements: readonly Heard[],
  tally: DatabaseTally,
): Promise<D1Result[]> =>
  (await on.batch(statements.map(({ statement }) => statement))).map((result) => noted(result, tally));

function noted(result: D1Result, tally: DatabaseTally): D1Result {
  tally.statements += 1;
  tally.rowsRead += result.meta.rows_read;
  tally.rowsReturned += result.results.length;
  tally.rowsWritten += result.meta.rows_written;
  return result;
}
