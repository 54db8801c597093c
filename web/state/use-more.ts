import { useEffect, useState } from "preact/hooks";
import type { Page } from "../api.ts";
import { type ApiError, asApiError } from "../http.ts";

interface More<Item> {
  items: readonly Item[];
  nextCursor: string | null;
  busy: boolean;
  error: ApiError | null;
  load: () => void;
}

/** The pages of a list after its first one, asked for one by one. Another first page begins anew. */
export function useMore<Item>(
  first: Page<Item> | undefined,
  read: (cursor: string) => Promise<Page<Item>>,
): More<Item> {
  const [more, setMore] = useState<Pick<More<Item>, "items" | "nextCursor">>({ items: [], nextCursor: null });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);

  useEffect(() => setMore({ items: [], nextCursor: first?.nextCursor ?? null }), [first]);

  const run = async () => {
    if (busy || more.nextCursor === null) return;
    setBusy(true);
    setError(null);
    try {
      const page = await read(more.nextCursor);
      setMore({ items: [...more.items, ...page.items], nextCursor: page.nextCursor });
    } catch (thrown) {
      setError(asApiError(thrown));
    }
    setBusy(false);
  };
  return { ...more, busy, error, load: () => void run() };
}
