import type { ComponentChildren } from "preact";

export interface Column<Row> {
  head: ComponentChildren;
  /** Of the head alone: how wide the column is. */
  width?: string;
  /** Of the head and of each cell. */
  class?: string;
  /** Of each cell alone. */
  cellClass?: string;
  /** A cell's full text, where it may be cut. */
  title?: (row: Row) => string;
  cell: (row: Row) => ComponentChildren;
}

interface TableProps<Row> {
  class: string;
  label?: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  rowClass?: (row: Row) => string | undefined;
}

const joined = (...names: (string | undefined)[]): string | undefined =>
  names.filter((name) => name !== undefined).join(" ") || undefined;

/** Few rows, all of them there. What is long, sorted or edited in place is a list (`ui/list/`). */
export const Table = <Row,>({ class: name, label, columns, rows, keyOf, rowClass }: TableProps<Row>) => (
  <table class={name} aria-label={label}>
    <thead>
      <tr>
        {columns.map((column, at) => (
          <th key={at} scope="col" class={joined(column.width, column.class)}>
            {column.head}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr key={keyOf(row)} class={rowClass?.(row)}>
          {columns.map((column, at) => (
            <td key={at} class={joined(column.class, column.cellClass)} title={column.title?.(row)}>
              {column.cell(row)}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
);

/** The head of a column of buttons. */
export const actionsHead = <span class="hidden-text">Actions</span>;
