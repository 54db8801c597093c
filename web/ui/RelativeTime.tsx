import { ago, clock, longDay } from "../format.ts";
import { everyHalfMinute } from "../state/clock.ts";

/** "4 min ago", kept true; the exact moment on hover. */
export const RelativeTime = ({ at }: { at: string }) => (
  <time datetime={at} title={`${longDay(at)}, ${clock(at)}`}>
    {ago(at, everyHalfMinute.value)}
  </time>
);
