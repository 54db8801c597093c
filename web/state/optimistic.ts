import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";

/** A record whose changes show at once and go to the server one after another. */
export interface Editable<RecordT, Patch> {
  /** What the screen shows: the saved record with the changes that are still on their way. */
  shown: ReadonlySignal<RecordT>;
  /** What the server last said. */
  saved: ReadonlySignal<RecordT>;
  /** Takes a record that came from the server by another way. */
  accept(record: RecordT): void;
  /**
   * Shows `patch` at once and sends it. Refused, it is taken off the screen again and the
   * refusal is thrown: the caller keeps what the person typed.
   */
  change(patch: Patch): Promise<RecordT>;
}

/**
 * One queue a record: a second edit waits for the first one's answer and carries its
 * version, so that nobody gets a version conflict with himself.
 * @param send PATCHes with `If-Match: version` and answers the record as saved
 */
export function editable<
  RecordT extends { version: number },
  Patch extends { [Name in keyof RecordT]?: RecordT[Name] | undefined },
>(initial: RecordT, send: (patch: Patch, version: number) => Promise<RecordT>): Editable<RecordT, Patch> {
  const saved = signal(initial);
  const pending = signal<readonly Patch[]>([]);
  const shown = computed(() => {
    let record = saved.value;
    for (const patch of pending.value) record = { ...record, ...patch };
    return record;
  });
  let queue: Promise<unknown> = Promise.resolve();

  const settle = (patch: Patch, record?: RecordT) =>
    batch(() => {
      if (record) saved.value = record;
      pending.value = pending.value.filter((waiting) => waiting !== patch);
    });

  return {
    shown,
    saved,
    accept(record) {
      if (record.version >= saved.peek().version) saved.value = record;
    },
    change(patch) {
      pending.value = [...pending.value, patch];
      const sent = queue.then(async () => {
        try {
          const record = await send(patch, saved.peek().version);
          settle(patch, record);
          return record;
        } catch (thrown) {
          settle(patch);
          throw thrown;
        }
      });
      queue = sent.catch(() => {});
      return sent;
    },
  };
}
