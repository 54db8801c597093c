import type { IconNode } from "lucide";
import type { ComponentChildren } from "preact";
import type { ListModel } from "./list-model.ts";

/** One column of a list. Widths are the page's: `.col-<id>` in its style sheet. */
export interface Column<Row> {
  id: string;
  label: string;
  /** The API's name of the field that a click on the header sorts by. */
  sort?: string;
  /** Numbers stand at the end. */
  end?: boolean;
  /** Hidden where the window is narrower; CSS pixels. */
  from?: 1024 | 1280;
  cell: (row: Row) => ComponentChildren;
}

export interface Sort {
  field: string;
  label: string;
  /** What most people want first of it. */
  descendingFirst?: boolean;
}

/** A filter that takes one of a few values. */
export interface Filter {
  field: string;
  label: string;
  options: readonly { value: string; label: string; glyph?: ComponentChildren }[];
}

/** Everything that makes a list of one kind of record; the screen itself is shared. */
export interface ListDefinition<Row extends { id: string }> {
  /** The list's address, e.g. `/app/creators`. */
  path: string;
  title: string;
  noun: { one: string; many: string };
  model: ListModel<Row>;
  columns: readonly Column<Row>[];
  sorts: readonly Sort[];
  /** As the API writes it: `-updatedAt`. */
  defaultSort: string;
  filters: readonly Filter[];
  searchHint: string;
  href: (row: Row) => string;
  /** The row on a phone: what stands at its start and at its end. */
  compact: (row: Row) => { main: ComponentChildren; end: ComponentChildren };
  /** Source and age of the numbers on the screen. */
  footnote: (rows: readonly Row[]) => ComponentChildren;
  empty: { icon: IconNode; title: string; text: string };
}
