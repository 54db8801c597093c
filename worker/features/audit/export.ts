import type { AuditEntry } from "../../../domain/audit.ts";

export const EXPORT_FORMATS = ["csv", "jsonl"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const EXPORT_MEDIA = { csv: "text/csv; charset=utf-8", jsonl: "application/x-ndjson" } as const;

/** A spreadsheet runs what begins so. */
const FORMULA = /^[\s]*[=+\-@\t\r|%]/;

/** A cell as RFC 4180 wants it; one that a spreadsheet would take for a formula begins with an apostrophe. */
export function cell(value: string | number | null): string {
  if (typeof value === "number") return String(value);
  const text = value ?? "";
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

const COLUMNS: Readonly<Record<string, (entry: AuditEntry) => string | number | null>> = {
  number: ({ seq }) => seq,
  at: ({ at }) => at,
  actor: ({ actor }) => actor.type,
  actorId: ({ actor }) => actor.id,
  actorName: ({ actor }) => actor.name,
  actsFor: ({ actor }) => actor.forId,
  action: ({ action }) => action,
  target: ({ target }) => target.type,
  targetId: ({ target }) => target.id,
  targetName: ({ target }) => target.name,
  changes: ({ changes }) => JSON.stringify(changes),
  address: ({ ip }) => ip,
  browser: ({ agent }) => agent,
  requestId: ({ requestId }) => requestId,
  id: ({ id }) => id,
  hash: ({ hash }) => hash,
};

const csvLine = (cells: readonly (string | number | null)[]): string => `${cells.map(cell).join(",")}\r\n`;

const csvOf = (entry: AuditEntry): string => csvLine(Object.values(COLUMNS).map((read) => read(entry)));
const jsonlOf = (entry: AuditEntry): string => `${JSON.stringify(entry)}\n`;

/** Reads a page when the one before it was taken: an export of any length needs the room of a page. */
export function exportStream(
  format: ExportFormat,
  read: (before: number | null) => Promise<{ entries: AuditEntry[]; nextBefore: number | null }>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let before: number | null = null;
  return new ReadableStream({
    start(controller) {
      if (format === "csv") controller.enqueue(encoder.encode(csvLine(Object.keys(COLUMNS))));
    },
    async pull(controller) {
      const { entries, nextBefore } = await read(before);
      if (entries.length > 0)
        controller.enqueue(encoder.encode(entries.map(format === "csv" ? csvOf : jsonlOf).join("")));
      if (nextBefore === null) controller.close();
      before = nextBefore;
    },
  });
}
