import type { ObjectsTally, Tally } from "../tally.ts";

const none = (): ObjectsTally => ({
  calls: 0,
  rung: 0,
  messages: 0,
  alarmsSet: 0,
  rowsRead: 0,
  rowsWritten: 0,
  storedBytes: 0,
});

/** One for all: objects of every class run in one isolate here. */
export const tally: Tally = {
  tracker: none(),
  hub: none(),
  d1: { statements: 0, rowsRead: 0, rowsReturned: 0, rowsWritten: 0 },
  ticks: 0,
  reports: 0,
};

/** A tick with news is what writes the journal. */
const WRITES_JOURNAL = /^INSERT INTO journal\b/;

interface Cursor {
  readonly rowsRead: number;
  readonly rowsWritten: number;
}

/**
 * Puts an ear at an object's storage. What a statement wrote is known at once; what it reads is
 * counted while it is read, so the rest is asked for when the next statement begins. Nothing of an
 * object may be touched from outside of it: whoever reads the tally gets what was noted.
 */
export function listen({ storage }: DurableObjectState, of: ObjectsTally): void {
  const { sql } = storage;
  const exec = sql.exec.bind(sql);
  let last: Cursor | null = null;
  let noted = { read: 0, written: 0 };
  let stored = 0;
  const note = (): void => {
    if (last === null) return;
    const { rowsRead: read, rowsWritten: written } = last;
    of.rowsRead += read - noted.read;
    of.rowsWritten += written - noted.written;
    noted = { read, written };
  };
  Object.defineProperty(sql, "exec", {
    value: (query: string, ...bindings: SqlStorageValue[]) => {
      note();
      const cursor = exec(query, ...bindings);
      last = cursor;
      noted = { read: 0, written: 0 };
      note();
      if (WRITES_JOURNAL.test(query)) {
        tally.ticks += 1;
        of.storedBytes += sql.databaseSize - stored;
        stored = sql.databaseSize;
      }
      return cursor;
    },
  });
  const setAlarm = storage.setAlarm.bind(storage);
  Object.defineProperty(storage, "setAlarm", {
    value: (...when: Parameters<DurableObjectStorage["setAlarm"]>) => {
      of.alarmsSet += 1;
      return setAlarm(...when);
    },
  });
}
