import { ago } from "../../format.ts";
import { Button } from "../Button.tsx";
import { Dialog } from "../Dialog.tsx";
import type { Conflict } from "./use-record-edit.ts";
import "./ConflictDialog.css";

/** A stale write: both versions side by side, nothing lost. */
export function ConflictDialog<RecordT extends { updatedAt: string }>({ conflict }: { conflict: Conflict<RecordT> }) {
  const { field, mine, current, keepMine, takeTheirs, putOff } = conflict;
  const theirs = field.read(current);
  const inWords = (text: string) =>
    field.options?.(conflict.current).find(({ value }) => value === text)?.label ?? (text || "—");
  return (
    <Dialog
      title={`Somebody changed this ${ago(current.updatedAt, Date.now())}`}
      lead="Your edit is kept until you choose."
      onClose={putOff}
      actions={
        <>
          <Button onClick={takeTheirs}>Take theirs</Button>
          <Button look="ink" onClick={keepMine}>
            Keep mine
          </Button>
        </>
      }
    >
      <table class="conflict">
        <thead>
          <tr>
            <td />
            <th scope="col">Yours</th>
            <th scope="col">Theirs, saved</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{field.label}</th>
            <td class="conflict-mine">{inWords(mine)}</td>
            <td>{inWords(theirs)}</td>
          </tr>
        </tbody>
      </table>
    </Dialog>
  );
}
