import { useEffect, useState } from "preact/hooks";
import { syncTiktok } from "../../api.ts";
import { clock } from "../../format.ts";
import { asApiError } from "../../http.ts";
import { toast } from "../../state/toasts.ts";
import { useLiveMessages } from "../../state/use-live-messages.ts";

/** A sync is asked for and runs on the server's own time; the socket says when it ended. */
const GIVE_UP_MS = 20_000;

export interface SyncNow {
  busy: boolean;
  start: () => void;
}

/** @param onSilence nothing was heard in time: whoever shows the figures reads them again */
export function useSyncNow(creatorId: string, onSilence: () => void): SyncNow {
  const [busy, setBusy] = useState(false);
  useLiveMessages((message) => {
    if (message.type === "synced" && message.creatorId === creatorId) setBusy(false);
  });
  useEffect(() => {
    if (!busy) return;
    const timer = setTimeout(() => {
      setBusy(false);
      onSilence();
    }, GIVE_UP_MS);
    return () => clearTimeout(timer);
  }, [busy, onSilence]);

  const run = async () => {
    setBusy(true);
    try {
      await syncTiktok(creatorId);
    } catch (thrown) {
      setBusy(false);
      const error = asApiError(thrown);
      toast("error", error.retryAt ? `${error.detail} Again at ${clock(error.retryAt)}.` : error.detail);
    }
  };
  return { busy, start: () => void run() };
}
