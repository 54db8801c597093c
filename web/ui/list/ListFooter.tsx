import { count, plural } from "../../format.ts";
import type { ListDefinition } from "./definition.ts";

/** How much of the whole is here, and where its numbers come from. */
export function ListFooter<Row extends { id: string }>({ definition }: { definition: ListDefinition<Row> }) {
  const { model, noun } = definition;
  const rows = model.rows.value;
  const total = model.total.value;
  return (
    <footer class="list-footer">
      <span role="status">
        {rows.length === 0 ? null : total === null ? (
          plural(rows.length, noun.one, noun.many)
        ) : (
          <bdi dir="ltr">{`1–${count(rows.length)} of ${count(total)}`}</bdi>
        )}
      </span>
      <span class="list-footnote">{rows.length > 0 ? definition.footnote(rows) : null}</span>
    </footer>
  );
}
