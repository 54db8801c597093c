import { useEffect, useState } from "preact/hooks";
import type { Strength } from "./password.ts";

export interface Asked {
  /** Counts the questions: an answer to an older one is dropped. */
  nth: number;
  password: string;
  /** What is known of the person. */
  about: readonly string[];
}

export interface Answered {
  nth: number;
  strength: Strength;
}

/** Typing goes on undisturbed: a password is looked at once the person pauses. */
const PAUSE_MS = 150;

let estimator: Worker | null = null;
let asked = 0;

/** Loaded when a new password is first typed, and by nothing else. */
const started = (): Worker => {
  estimator ??= new Worker(new URL("./estimate.worker.ts", import.meta.url), { type: "module" });
  return estimator;
};

/** How good a password is, in a moment; null until then, and where the estimator could not be loaded. */
export function useEstimate(password: string, about: readonly string[]): Strength | null {
  const [known, setKnown] = useState<{ password: string; strength: Strength } | null>(null);
  const told = about.join("\n");
  useEffect(() => {
    if (password === "") return;
    const worker = started();
    const nth = ++asked;
    const timer = setTimeout(
      () => worker.postMessage({ nth, password, about: told.split("\n") } satisfies Asked),
      PAUSE_MS,
    );
    const hear = ({ data }: MessageEvent<Answered>) => {
      if (data.nth === nth) setKnown({ password, strength: data.strength });
    };
    worker.addEventListener("message", hear);
    return () => {
      clearTimeout(timer);
      worker.removeEventListener("message", hear);
    };
  }, [password, told]);
  // Its lists take more memory than the rest of the app: they go with the field.
  useEffect(
    () => () => {
      estimator?.terminate();
      estimator = null;
    },
    [],
  );
  return known?.password === password ? known.strength : null;
}
