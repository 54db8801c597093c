import { Skeleton } from "../Skeleton.tsx";
import { vars } from "../vars.ts";
import type { ListDefinition } from "./definition.ts";
import type { ListView } from "./ListTable.tsx";

interface ListRowsProps<Row extends { id: string }> {
  definition: ListDefinition<Row>;
  view: ListView<Row>;
}

/** The list on a phone: who, and the one or two things that matter. */
export function ListRows<Row extends { id: string }>({ definition, view }: ListRowsProps<Row>) {
  const { rows, window, busy, skeleton } = view;
  return (
    <ul class="list-rows" aria-label={definition.title} aria-busy={busy}>
      {skeleton
        ? Array.from({ length: 9 }, (_, row) => (
            <li
              key={row}
              class="list-line list-skeleton"
              ref={vars({ "--fade": String(1 - row / 9) })}
              aria-hidden="true"
            >
              <span class="skeleton list-skeleton-face" />
              <Skeleton width="l" />
            </li>
          ))
        : null}
      {window.before > 0 ? (
        <li class="list-spacer" ref={vars({ "--spacer": `${window.before}px` })} aria-hidden="true" />
      ) : null}
      {rows.slice(window.start, window.end).map((row) => {
        const { main, end } = definition.compact(row);
        return (
          <li key={row.id} data-row={row.id}>
            <a class="list-line" href={definition.href(row)}>
              <span class="list-line-main">{main}</span>
              <span class="list-line-end">{end}</span>
            </a>
          </li>
        );
      })}
      {window.after > 0 ? (
        <li class="list-spacer" ref={vars({ "--spacer": `${window.after}px` })} aria-hidden="true" />
      ) : null}
    </ul>
  );
}
