import { useEffect, useState } from "preact/hooks";
import type { LiveSessionSummary } from "../../../domain/records/tiktok.ts";
import { listLiveSessions, type Page } from "../../api.ts";
import { type ApiError, asApiError } from "../../http.ts";

interface MoreSessions {
  items: readonly LiveSessionSummary[];
  nextCursor: string | null;
  busy: boolean;
  error: ApiError | null;
  load: () => void;
}

const NOTHING = { items: [] as readonly LiveSessionSummary[], nextCursor: null as string | null };

/** The pages after the first one, asked for one by one. */
export function useMoreSessions(
  creatorId: string,
  first: Page<LiveSessionSummary> | undefined,
  limit: number,
): MoreSessions {
  const [more, setMore] = useState(NOTHING);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);

  useEffect(() => setMore({ items: [], nextCursor: first?.nextCursor ?? null }), [first]);

  const run = async () => {
    if (busy || more.nextCursor === null) return;
    setBusy(true);
    setError(null);
    try {
      const page = await listLiveSessions(creatorId, { limit, cursor: more.nextCursor });
      setMore({ items: [...more.items, ...page.items], nextCursor: page.nextCursor });
    } catch (thrown) {
      setError(asApiError(thrown));
    }
    setBusy(false);
  };
  return { ...more, busy, error, load: () => void run() };
}
