import { type Signal, useSignal } from "@preact/signals";
import { type ApiError, asApiError } from "../../http.ts";
import type { Editable } from "../../state/optimistic.ts";
import { toast } from "../../state/toasts.ts";
import type { DetailField, Parsed } from "./detail-field.ts";

/** Two people wrote the same field: both versions, until somebody chooses. */
export interface Conflict<RecordT> {
  field: DetailField<RecordT>;
  mine: string;
  current: RecordT;
  keepMine: () => void;
  takeTheirs: () => void;
  /** Back to editing, with what was typed. */
  putOff: () => void;
}

export interface RecordEdit<RecordT> {
  /** Saves one field; answers what is wrong, or null when it is done. */
  save: (field: DetailField<RecordT>, text: string) => Promise<string | null>;
  conflict: Signal<Conflict<RecordT> | null>;
}

interface RecordEditOptions<RecordT, Patch> {
  record: Editable<RecordT, Patch>;
  parse: (input: Record<string, unknown>, name: string) => Parsed<Patch>;
  /** The record that a version conflict carries. */
  currentOf: (error: ApiError) => RecordT | null;
  onSaved?: (record: RecordT) => void;
}

/** In-place edits of one record: shown at once, undoable, and never lost to somebody else's. */
export function useRecordEdit<RecordT extends { version: number }, Patch>({
  record,
  parse,
  currentOf,
  onSaved,
}: RecordEditOptions<RecordT, Patch>): RecordEdit<RecordT> {
  const conflict = useSignal<Conflict<RecordT> | null>(null);

  async function save(field: DetailField<RecordT>, text: string, undoable = true): Promise<string | null> {
    const before = field.read(record.saved.peek());
    if (text.trim() === before) return null;
    const { patch, problem } = parse(field.write(text), field.name);
    if (problem !== undefined) return problem;
    try {
      onSaved?.(await record.change(patch));
      if (undoable) toast("done", `${field.label} changed`, () => void undo(field, before));
      return null;
    } catch (thrown) {
      const error = asApiError(thrown);
      const current = error.code === "version_conflict" ? currentOf(error) : null;
      if (!current) return error.errors.find(({ path }) => path === field.name)?.message ?? error.detail;
      record.accept(current);
      // Somebody changed another field: theirs stays, this one goes on top of it.
      if (field.read(current) === before) return save(field, text, undoable);
      return decide(field, text, current);
    }
  }

  async function undo(field: DetailField<RecordT>, before: string): Promise<void> {
    const refused = await save(field, before, false);
    if (refused) toast("error", `${field.label} could not be changed back. ${refused}`);
  }

  /** Waits for a choice. Put off, it is an unsaved edit and says so. */
  function decide(field: DetailField<RecordT>, mine: string, current: RecordT): Promise<string | null> {
    return new Promise((resolve) => {
      const close = (answer: string | null | Promise<string | null>) => {
        conflict.value = null;
        resolve(answer);
      };
      conflict.value = {
        field,
        mine,
        current,
        keepMine: () => close(save(field, mine)),
        takeTheirs: () => close(null),
        putOff: () => close("Not saved: somebody else changed this meanwhile."),
      };
    });
  }

  return { save, conflict };
}
