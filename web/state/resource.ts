import { type ReadonlySignal, signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { type ApiError, asApiError } from "../http.ts";

/** Something read from the server. Old values stay while new ones load or fail to. */
export interface Resource<T> {
  value: ReadonlySignal<T | undefined>;
  error: ReadonlySignal<ApiError | null>;
  loading: ReadonlySignal<boolean>;
  reload(): void;
  /** Puts a newer value in place, e.g. the answer of a write. */
  set(value: T): void;
}

/**
 * Reads `load` when the component appears and whenever `key` changes; a null key reads
 * nothing. Answers that arrive after a newer question are dropped.
 */
export function useResource<T>(key: string | null, load: (signal: AbortSignal) => Promise<T>): Resource<T> {
  const latest = useRef(load);
  latest.current = load;
  const { model } = useMemo(() => ({ key, model: createResource<T>((aborted) => latest.current(aborted)) }), [key]);
  useEffect(() => {
    if (key === null) return;
    model.reload();
    return model.cancel;
  }, [key, model]);
  return model;
}

function createResource<T>(load: (signal: AbortSignal) => Promise<T>): Resource<T> & { cancel(): void } {
  const value = signal<T | undefined>(undefined);
  const error = signal<ApiError | null>(null);
  const loading = signal(true);
  let running: AbortController | null = null;

  async function run(): Promise<void> {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    loading.value = true;
    try {
      const answer = await load(mine.signal);
      if (mine.signal.aborted) return;
      value.value = answer;
      error.value = null;
    } catch (thrown) {
      if (mine.signal.aborted) return;
      error.value = asApiError(thrown);
    }
    loading.value = false;
  }

  return {
    value,
    error,
    loading,
    reload: () => void run(),
    set(newer) {
      running?.abort();
      value.value = newer;
      error.value = null;
      loading.value = false;
    },
    cancel: () => running?.abort(),
  };
}
