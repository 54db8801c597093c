import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { isPhone } from "../media.ts";
import { ErrorState } from "../Notice.tsx";
import { useKeys } from "../use-keys.ts";
import type { ListDefinition } from "./definition.ts";
import { ListEmpty } from "./ListEmpty.tsx";
import { ListRows } from "./ListRows.tsx";
import { ListTable } from "./ListTable.tsx";
import type { ListUrl } from "./list-url.ts";
import { useWindow } from "./use-window.ts";

/** Heights of a row; the style sheet's `--row`. */
const ROW = { table: 44, phone: 60 } as const;

interface ListBodyProps<Row extends { id: string }> {
  definition: ListDefinition<Row>;
  url: ListUrl;
  create: { label: string; open: () => void } | undefined;
}

/** The part that scrolls: rows near the window, the next page when its end comes near. */
export function ListBody<Row extends { id: string }>({ definition, url, create }: ListBodyProps<Row>) {
  const { model } = definition;
  const { route } = useLocation();
  const scroller = useRef<HTMLDivElement>(null);
  const [cursorId, setCursor] = useState(model.cursorId);
  const rows = model.rows.value;
  const phase = model.phase.value;
  const error = model.error.value;
  const phone = isPhone.value;
  const height = phone ? ROW.phone : ROW.table;
  const window = useWindow(scroller, rows.length, height);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    element.scrollTop = model.scrollTop;
    const remember = () => {
      model.scrollTop = element.scrollTop;
    };
    element.addEventListener("scroll", remember, { passive: true });
    return () => element.removeEventListener("scroll", remember);
  }, [model]);

  // Another question starts at its top.
  useEffect(() => {
    if (model.scrollTop === 0 && scroller.current) scroller.current.scrollTop = 0;
  }, [model, url.query]);

  const nearEnd = window.end >= rows.length - 10;
  useEffect(() => {
    if (nearEnd && phase === "ready") void model.more();
  }, [nearEnd, phase, model]);

  const move = (by: number) => {
    const at = rows.findIndex((row) => row.id === cursorId);
    const next = Math.min(Math.max(at < 0 ? 0 : at + by, 0), rows.length - 1);
    const row = rows[next];
    const element = scroller.current;
    if (!row || !element) return;
    const top = next * height;
    const room = element.clientHeight - height * 2;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top > element.scrollTop + room) element.scrollTop = top - room;
    model.cursorId = row.id;
    setCursor(row.id);
    // The row may have to be drawn first; its link then takes the focus, and Enter with it.
    requestAnimationFrame(() => {
      element.querySelector<HTMLElement>(`[data-row="${CSS.escape(row.id)}"] a`)?.focus({ preventScroll: true });
    });
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    Enter: () => {
      const row = rows.find(({ id }) => id === cursorId);
      if (row) route(definition.href(row));
    },
  });

  const view = {
    rows,
    window,
    cursorId,
    busy: phase === "loading",
    skeleton: phase === "loading" && rows.length === 0,
  };
  const nothing = phase === "ready" && rows.length === 0;
  return (
    <div ref={scroller} class="list-scroller">
      {nothing ? (
        <ListEmpty definition={definition} url={url} create={create} />
      ) : phase === "failed" && rows.length === 0 && error ? (
        <div class="list-message">
          <ErrorState
            title={`Could not load the ${definition.noun.many}`}
            error={error}
            onRetry={() => model.reload()}
          />
        </div>
      ) : phone ? (
        <ListRows definition={definition} view={view} />
      ) : (
        <ListTable definition={definition} view={view} url={url} onOpen={route} />
      )}
      {phase === "failed" && rows.length > 0 && error ? (
        <div class="list-message">
          <ErrorState
            title={`Could not load more ${definition.noun.many}`}
            error={error}
            onRetry={() => {
              model.phase.value = "ready";
            }}
          />
        </div>
      ) : null}
    </div>
  );
}
