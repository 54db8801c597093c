import { batch, computed, type Signal, signal } from "@preact/signals";
import type { LiveItem, LiveMessage, LiveMove, LiveTotals, Tracking } from "../../domain/live-message.ts";
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

interface Live {
  item: Signal<LiveItem>;
  movement: Signal<Movement | null>;
}

const lives = signal<ReadonlyMap<string, Live>>(new Map());
export const tracking = signal<ReadonlyMap<string, Tracking>>(new Map());
export const totals = signal<LiveTotals | null>(null);
export const link = signal<LinkState>("connecting");
/** When the server last said anything about LIVE, ms since epoch; null before the first word. */
export const heardAt = signal<number | null>(null);

/** What the newest frame said, for pages that read again when something about their record happened. */
export const latestMessages = signal<readonly LiveMessage[]>([]);

export const liveCount = computed(() => lives.value.size);
export const liveOf = (creatorId: string): LiveItem | undefined => lives.value.get(creatorId)?.item.value;
export const movementOf = (creatorId: string): Movement | null => lives.value.get(creatorId)?.movement.value ?? null;
export const liveItems = computed(() => [...lives.value.values()].map(({ item }) => item.value));
export const viewersNow = computed(() => liveItems.value.reduce((sum, item) => sum + (item.viewers ?? 0), 0));

const keyed = (list: readonly Tracking[]) => new Map(list.map((entry) => [entry.creatorId, entry]));

/** Everything at once: the socket's first message, or `GET /live`. */
export function takeSnapshot(now: LiveNow): void {
  batch(() => {
    lives.value = new Map(now.items.map((item) => [item.creatorId, placed(item)]));
    tracking.value = keyed(now.tracking);
    totals.value = now.totals;
    heardAt.value = Date.now();
  });
}

/** What one frame of the socket says, in its order: whoever shows it draws once for all of it. */
export function takeMessages(messages: readonly (LiveMessage | LiveMove)[]): void {
  batch(() => {
    latestMessages.value = messages.flatMap((message) => {
      const whole = message.type === "moved" ? completed(message) : message;
      if (whole) take(whole);
      return whole ?? [];
    });
    heardAt.value = Date.now();
  });
}

/** A move as the whole LIVE that it makes; null for a LIVE that no snapshot has named yet. */
function completed({ type: _, ...changes }: LiveMove): LiveMessage | null {
  const known = lives.peek().get(changes.creatorId)?.item.peek();
  // JSON knows no undefined: what a move does not name is not in it at all.
  return known ? Object.assign({ type: "live" as const }, known, changes) : null;
}

function take(message: LiveMessage): void {
  switch (message.type) {
    case "snapshot":
      takeSnapshot(message);
      break;
    case "live":
      if (lives.peek().has(message.creatorId)) placed(message);
      else lives.value = new Map(lives.peek()).set(message.creatorId, placed(message));
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
}

export function forgetLive(): void {
  batch(() => {
    lives.value = new Map();
    tracking.value = new Map();
    totals.value = null;
    heardAt.value = null;
    latestMessages.value = [];
  });
}

/** A LIVE as it is known with what `item` says of it, or as a new one. */
function placed(item: LiveItem): Live {
  const known = lives.peek().get(item.creatorId);
  if (!known) return { item: signal(item), movement: signal(null) };
  const before = known.item.peek();
  const same = before.sessionId === item.sessionId;
  // Frames of one room may overtake each other: an older one says nothing new.
  if (same && item.at < before.at) return known;
  known.item.value = item;
  const by = same ? item.diamonds - before.diamonds : 0;
  if (by > 0) known.movement.value = { by, at: Date.now() };
  return known;
}

function drop(creatorId: string): void {
  if (lives.peek().has(creatorId)) lives.value = new Map([...lives.peek()].filter(([id]) => id !== creatorId));
}
