import { type ReadonlySignal, signal } from "@preact/signals";

/** The present, in ms since epoch, renewed every `everyMs` while something on screen reads it. */
function ticking(everyMs: number): ReadonlySignal<number> {
  let timer: ReturnType<typeof setInterval> | undefined;
  const now = signal(Date.now(), {
    watched() {
      const tick = () => {
        now.value = Date.now();
      };
      timer = setInterval(tick, everyMs);
      // Not at once: whoever subscribes is rendering now.
      queueMicrotask(tick);
    },
    unwatched() {
      clearInterval(timer);
    },
  });
  return now;
}

export const everySecond = ticking(1_000);
/** For "4 min ago": nobody sees a difference sooner. */
export const everyHalfMinute = ticking(30_000);
