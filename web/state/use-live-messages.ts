import { untracked, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { LiveMessage } from "../../domain/live-message.ts";
import { latestMessages } from "./live.ts";

/** Tells `listen` of each message of the socket, without drawing the component again for it. */
export function useLiveMessages(listen: (message: LiveMessage) => void): void {
  const latest = useRef(listen);
  latest.current = listen;
  useSignalEffect(() => {
    const messages = latestMessages.value;
    untracked(() => {
      for (const message of messages) latest.current(message);
    });
  });
}
