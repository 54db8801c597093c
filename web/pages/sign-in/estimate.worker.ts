import { estimate } from "./estimate.ts";
import type { Answered, Asked } from "./use-estimate.ts";

// Unpacking the lists takes longer than a frame: here it holds up nobody who types.
addEventListener("message", ({ data: { nth, password, about } }: MessageEvent<Asked>) => {
  postMessage({ nth, strength: estimate(password, about) } satisfies Answered);
});
