import { batch, computed, type Signal, signal } from "@preact/signals";
import type { LiveItem, LiveMessage, LiveTotals, Tracking } from "../../domain/live-message.ts";
import type { LiveNow } from "../api.ts";

/** What is LIVE now, as the socket last said. One signal a creator: a delta redraws one card. */

/** `refused`: the signed-in person may not see LIVE. */
export type LinkState = "connecting" | "open" | "reconnecting" | "refused";

/** A number that just rose: shown beside it for a moment. */
export interface Movement {
  by: number;
  /** ms since epoch, by this machine's clock. */
  at: number;
}

const items = signal<ReadonlyMap<string, Signal<LiveItem>>>(new Map());
const movements = signal<ReadonlyMap<string, Signal<Movement | null>>>(new Map());
export const tracking = signal<ReadonlyMap<string, Tracking>>(new Map());
export const totals = signal<LiveTotals | null>(null);
export const link = signal<LinkState>("connecting");
/** When the server last said anything about LIVE, ms since epoch; null before the first word. */
export const heardAt = signal<number | null>(null);

/** The newest message, for pages that read again when something about their record happened. */
export const latestMessage = signal<LiveMessage | null>(null);

export const liveCount = computed(() => items.value.size);
export const liveOf = (creatorId: string): LiveItem | undefined => items.value.get(creatorId)?.value;
export const movementOf = (creatorId: string): Movement | null => movements.value.get(creatorId)?.value ?? null;
export const liveItems = computed(() => [...items.value.values()].map((item) => item.value));
export const viewersNow = computed(() => liveItems.value.reduce((sum, item) => sum + (item.viewers ?? 0), 0));

const keyed = (list: readonly Tracking[]) => new Map(list.map((entry) => [entry.creatorId, entry]));

/** Everything at once: the socket's first message, or `GET /live`. */
export function takeSnapshot(now: LiveNow): void {
  batch(() => {
    for (const item of now.items) place(item);
    const present = new Set(now.items.map((item) => item.creatorId));
    for (const creatorId of items.peek().keys()) if (!present.has(creatorId)) drop(creatorId);
    tracking.value = keyed(now.tracking);
    totals.value = now.totals;
    heardAt.value = Date.now();
  });
}

/** One message of the socket. */
export function takeMessage(message: LiveMessage): void {
  batch(() => {
    switch (message.type) {
      case "snapshot":
        takeSnapshot(message);
        break;
      case "live":
        place(message);
        break;
      case "ended":
        drop(message.creatorId);
        break;
      case "removed":
        drop(message.creatorId);
        tracking.value = new Map([...tracking.peek()].filter(([creatorId]) => creatorId !== message.creatorId));
        break;
      case "tracking":
        tracking.value = new Map(tracking.peek()).set(message.creatorId, message);
        break;
      case "totals":
        totals.value = message;
        break;
      case "synced":
        break;
    }
    heardAt.value = Date.now();
    latestMessage.value = message;
  });
}

export function forgetLive(): void {
  batch(() => {
    items.value = new Map();
    movements.value = new Map();
    tracking.value = new Map();
    totals.value = null;
    heardAt.value = null;
    latestMessage.value = null;
  });
}

function place(item: LiveItem): void {
  const known = items.peek().get(item.creatorId);
  if (!known) {
    items.value = new Map(items.peek()).set(item.creatorId, signal(item));
    movements.value = new Map(movements.peek()).set(item.creatorId, signal<Movement | null>(null));
    return;
  }
  const before = known.peek();
  // Frames of one room may overtake each other: an older one says nothing new.
  if (before.sessionId === item.sessionId && item.at < before.at) return;
  const by = before.sessionId === item.sessionId ? item.diamonds - before.diamonds : 0;
  known.value = item;
  const movement = movements.peek().get(item.creatorId);
  if (by > 0 && movement) movement.value = { by, at: Date.now() };
}

function drop(creatorId: string): void {
  if (!items.peek().has(creatorId)) return;
  items.value = new Map([...items.peek()].filter(([id]) => id !== creatorId));
  movements.value = new Map([...movements.peek()].filter(([id]) => id !== creatorId));
}
