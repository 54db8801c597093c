import { useMemo } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { ListDefinition } from "./definition.ts";
import type { ListQuery } from "./list-model.ts";

/** The list's state as its address tells it, and how to change it. */
export interface ListUrl {
  q: string;
  sort: string;
  /** Chosen filters in the definition's order. */
  chosen: readonly { field: string; label: string; value: string; valueLabel: string }[];
  /** What the API is asked. */
  query: ListQuery;
  set: (change: Record<string, string | null>) => void;
  clear: () => void;
}

/** Reads the address; what it does not know is ignored, so an old link still opens. */
export function useListUrl<Row extends { id: string }>(definition: ListDefinition<Row>): ListUrl {
  const { query: asked, route } = useLocation();
  return useMemo(() => {
    const q = (asked.q ?? "").trim();
    const sorted = asked.sort ?? "";
    const known = definition.sorts.some(({ field }) => field === sorted.replace(/^-/, ""));
    const sort = known ? sorted : definition.defaultSort;
    const chosen = definition.filters.flatMap(({ field, label, options }) => {
      const option = options.find(({ value }) => value === asked[field]);
      return option ? [{ field, label, value: option.value, valueLabel: option.label }] : [];
    });
    const query: Record<string, string> = { sort };
    if (q) query.q = q;
    for (const { field, value } of chosen) query[field] = value;

    const go = (next: Record<string, string>) => {
      const search = new URLSearchParams(next);
      route(`${definition.path}${search.size ? `?${search}` : ""}`, true);
    };
    return {
      q,
      sort,
      chosen,
      query,
      set(change) {
        const next: Record<string, string> = { ...query };
        for (const [name, value] of Object.entries(change)) {
          if (value) next[name] = value;
          else delete next[name];
        }
        if (next.sort === definition.defaultSort) delete next.sort;
        go(next);
      },
      clear: () => go({}),
    };
  }, [asked, definition, route]);
}
