import type { ComponentChildren } from "preact";
import type { Option } from "../Field.tsx";

/** One fact of a record that can be read and written in place. */
export interface DetailField<RecordT> {
  /** The API's name of it. */
  name: string;
  label: string;
  kind: "text" | "email" | "tel" | "date" | "choice";
  /** For a choice; asked when it opens. */
  options?: (record: RecordT) => readonly Option[];
  /** Whether the signed-in person may write this one, where they may write the record. */
  open?: () => boolean;
  /** The value as it stands in the input; "" when there is none. */
  read: (record: RecordT) => string;
  /** What a text means, still unchecked: `{ sharePercent: 20 }`. */
  write: (text: string) => Record<string, unknown>;
  /** How it is shown; as it is read unless told. */
  show?: (record: RecordT) => ComponentChildren;
  /** Numbers, addresses and handles read left to right in every language. */
  ltr?: boolean;
}

/** An input that was understood, or what is wrong with it. */
export type Parsed<Patch> = { patch: Patch; problem?: never } | { patch?: never; problem: string };
