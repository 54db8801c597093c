import { useEffect, useState } from "preact/hooks";
import type { Tiktok } from "../../../domain/records/tiktok.ts";
import { syncTiktok } from "../../api.ts";
import { clock } from "../../format.ts";
import { asApiError } from "../../http.ts";
import { latestMessage } from "../../state/live.ts";
import type { Resource } from "../../state/resource.ts";
import { toast } from "../../state/toasts.ts";

/** A sync is asked for and runs on the server's own time; the socket says when it ended. */
const GIVE_UP_MS = 20_000;

export function useSyncNow(creatorId: string, tiktok: Resource<Tiktok>): { busy: boolean; start: () => void } {
  const [busy, setBusy] = useState(false);
  const message = latestMessage.value;

  useEffect(() => {
    if (message?.type === "synced" && message.creatorId === creatorId) setBusy(false);
  }, [message, creatorId]);

  useEffect(() => {
    if (!busy) return;
    const timer = setTimeout(() => {
      setBusy(false);
      tiktok.reload();
    }, GIVE_UP_MS);
    return () => clearTimeout(timer);
  }, [busy, tiktok]);

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
