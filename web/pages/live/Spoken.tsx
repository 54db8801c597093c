import { useEffect, useState } from "preact/hooks";
import { count, plural } from "../../format.ts";
import { liveCount, totals } from "../../state/live.ts";

/** A screen reader hears the wall at most twice a minute, whatever moves on it. */
const EVERY_MS = 30_000;

export function Spoken() {
  const [sentence, setSentence] = useState("");
  useEffect(() => {
    const speak = () => {
      const now = totals.peek();
      if (now) setSentence(`${plural(liveCount.peek(), "creator")} LIVE, ${count(now.diamondsToday)} diamonds today`);
    };
    const timer = setInterval(speak, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <p class="hidden-text" aria-live="polite">
      {sentence}
    </p>
  );
}
