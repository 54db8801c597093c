import { ArrowDown, ArrowUp } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import { classes } from "../classes.ts";
import { Icon } from "../Icon.tsx";
import { Skeleton } from "../Skeleton.tsx";
import { vars } from "../vars.ts";
import type { Column, ListDefinition } from "./definition.ts";
import type { ListUrl } from "./list-url.ts";
import type { Window } from "./use-window.ts";

export interface ListView<Row> {
  rows: readonly Row[];
  window: Window;
  /** The row that the keyboard is on. */
  cursorId: string | null;
  busy: boolean;
  skeleton: boolean;
}

interface ListTableProps<Row extends { id: string }> {
  definition: ListDefinition<Row>;
  view: ListView<Row>;
  url: ListUrl;
  onOpen: (href: string) => void;
}

export function ListTable<Row extends { id: string }>({ definition, view, url, onOpen }: ListTableProps<Row>) {
  const { columns, title, model } = definition;
  const { rows, window, cursorId, busy, skeleton } = view;
  const body = useRef<HTMLTableSectionElement>(null);
  useRowClicks(body, onOpen);
  return (
    <table
      class={classes("list-table", busy && !skeleton && "list-busy")}
      aria-label={title}
      aria-rowcount={(model.total.value ?? rows.length) + 1}
      aria-busy={busy}
    >
      <thead>
        <tr aria-rowindex={1}>
          {columns.map((column) => (
            <HeaderCell key={column.id} column={column} url={url} definition={definition} />
          ))}
        </tr>
      </thead>
      <tbody ref={body}>
        {skeleton ? <SkeletonRows columns={columns} /> : null}
        {skeleton ? null : <Spacer height={window.before} />}
        {rows.slice(window.start, window.end).map((row, index) => (
          <tr
            key={row.id}
            data-row={row.id}
            data-href={definition.href(row)}
            class={classes("list-row", row.id === cursorId && "list-cursor")}
            aria-rowindex={window.start + index + 2}
          >
            {columns.map((column) => (
              <td key={column.id} class={cellClass(column)}>
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
        {skeleton ? null : <Spacer height={window.after} />}
      </tbody>
    </table>
  );
}

const cellClass = ({ id, end, from }: Pick<Column<never>, "id" | "end" | "from">) =>
  classes(`col-${id}`, end && "list-end", from && `list-from-${from}`);

interface HeaderCellProps<Row extends { id: string }> {
  column: Column<Row>;
  url: ListUrl;
  definition: ListDefinition<Row>;
}

/** A header that sorts is a button: first its usual direction, then turned round. */
function HeaderCell<Row extends { id: string }>({ column, url, definition }: HeaderCellProps<Row>) {
  const sorts = definition.sorts.find(({ field }) => field === column.sort);
  const active = sorts !== undefined && url.sort.replace(/^-/, "") === sorts.field;
  const descending = url.sort.startsWith("-");
  const next = active ? !descending : (sorts?.descendingFirst ?? false);
  return (
    <th
      scope="col"
      class={classes(cellClass(column), active && "list-sorted")}
      aria-sort={active ? (descending ? "descending" : "ascending") : undefined}
    >
      {sorts ? (
        <button type="button" class="list-sort" onClick={() => url.set({ sort: `${next ? "-" : ""}${sorts.field}` })}>
          {column.label}
          <Icon icon={descending && active ? ArrowDown : ArrowUp} size={12} />
        </button>
      ) : (
        column.label
      )}
    </th>
  );
}

/** Stands for rows that are not drawn. One cell: spanning them all would bring hidden columns back. */
const Spacer = ({ height }: { height: number }) =>
  height > 0 ? (
    <tr>
      <td class="list-spacer" ref={vars({ "--spacer": `${height}px` })} />
    </tr>
  ) : null;

const SkeletonRows = <Row,>({ columns }: { columns: readonly Column<Row>[] }) =>
  Array.from({ length: 12 }, (_, row) => (
    <tr key={row} class="list-row list-skeleton" ref={vars({ "--fade": String(1 - row / 12) })}>
      {columns.map((column, index) => (
        <td
          key={column.id}
          class={classes(`col-${column.id}`, column.end && "list-end", column.from && `list-from-${column.from}`)}
        >
          {index === 0 ? <span class="skeleton list-skeleton-face" /> : null}
          <Skeleton width={index === 0 ? "l" : column.end ? "s" : "m"} />
        </td>
      ))}
    </tr>
  ));

/** A click anywhere on a row opens it, unless it was meant for a control or for selecting text. */
function useRowClicks(body: { current: HTMLElement | null }, onOpen: (href: string) => void): void {
  const open = useRef(onOpen);
  open.current = onOpen;
  useEffect(() => {
    const element = body.current;
    if (!element) return;
    const listen = (event: MouseEvent) => {
      if (!(event.target instanceof Element) || event.target.closest("a, button")) return;
      const href = event.target.closest<HTMLElement>("[data-href]")?.dataset.href;
      if (!href || getSelection()?.type === "Range") return;
      if (event.ctrlKey || event.metaKey) globalThis.open(href, "_blank", "noopener");
      else open.current(href);
    };
    element.addEventListener("click", listen);
    return () => element.removeEventListener("click", listen);
  }, [body]);
}
