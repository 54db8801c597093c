import type { GiftEvent, RoomEvent } from "../../../durable/webcast/events.ts";

/**
 * Rules 1 to 8 of `live-protocol.md` as they are written, one after the other over all
 * messages at once: slow, and with nothing of the ledger's in it.
 */
export function byTheRules(events: readonly RoomEvent[], createTime: number | null, fanTicket: number | null) {
  // 1. This room's messages, each msgId once; the receiver is the host.
  const gifts = new Map<bigint, GiftEvent>();
  for (const event of events)
    if (event.kind === "gift" && event.toHost) gifts.set(event.msgId, gifts.get(event.msgId) ?? event);
  const host = events.find((event) => event.kind === "gift" && event.host !== null);
  const hostId = host?.kind === "gift" ? host.host : onlyPerson(events);

  // 3. When we joined.
  const joined = Math.min(
    ...events.filter((event) => !event.isHistory && event.kind !== "control").map((event) => event.createTime),
  );

  // 2. Streaks.
  const byStreak = Map.groupBy(
    [...gifts.values()].filter((gift) => gift.streak !== null),
    (gift) => gift.streak,
  );
  const streaks = [...byStreak.values()].map((frames) => {
    const price = Math.max(...frames.map((frame) => frame.price));
    const first = Math.min(...frames.map((frame) => frame.createTime));
    const group = frames[0]?.group ?? 0;
    const began = Math.abs(group - first) <= 600_000 ? Math.min(group, first) : first;
    const taps = Math.max(...frames.map((frame) => frame.repeat));
    const added = frames.reduce((sum, frame) => sum + frame.added, 0) / price;
    return { price, began, added, hidden: Math.max(0, taps - added), older: began < joined };
  });
  const others = [...gifts.values()].filter((gift) => gift.streak === null);

  // 4. Tracked.
  const tracked =
    streaks.reduce((sum, streak) => sum + streak.price * (streak.added + (streak.older ? 0 : streak.hidden)), 0) +
    others.reduce((sum, gift) => sum + gift.price * gift.repeat, 0);

  // 5. The counter: LinkMic of the host, FanTicket only without one.
  const linkMic = events.flatMap((event) =>
    event.kind === "counter-linkmic" && event.person === hostId ? [{ at: event.createTime, total: event.total }] : [],
  );
  const fans = events.flatMap((event) =>
    event.kind !== "counter-fanticket"
      ? []
      : event.rows.filter(({ person }) => person === hostId).map(({ total }) => ({ at: event.createTime, total })),
  );
  // Of two readings at one time the higher stands: it alone can be the first, or the highest.
  const readings = (linkMic.length > 0 ? linkMic : fans).toSorted((a, b) => a.at - b.at || b.total - a.total);
  const young = (at: number) => createTime !== null && Math.abs(at - createTime) <= 60_000;

  // The guard: a counter above 0 in a new room without a gift did not begin at 0.
  const [first] = readings;
  const firstGift = Math.min(...[...gifts.values()].map((gift) => gift.createTime));
  const offset = first !== undefined && young(first.at) && firstGift > first.at ? first.total : 0;

  // 6. Floors, and what was before us.
  const floor = ({ at, total }: { at: number; total: number }): number => {
    const newer = [...gifts.values()].filter((gift) => gift.createTime > at);
    const hidden = streaks.filter((streak) => !streak.older && streak.began > at);
    return (
      total -
      offset +
      newer.reduce((sum, gift) => sum + (gift.streak === null ? gift.price * gift.repeat : gift.added), 0) +
      hidden.reduce((sum, streak) => sum + streak.price * streak.hidden, 0)
    );
  };
  let before: number | null = fanTicket;
  if (first !== undefined) before = Math.max(0, floor(first) - tracked);
  else if (fanTicket === null) before = young(joined) ? 0 : null;

  // 7. Recovered.
  const recovered = Math.max(0, ...readings.map((reading) => floor(reading) - (before ?? 0) - tracked));
  return { before, tracked, recovered, diamonds: (before ?? 0) + tracked + recovered };
}

function onlyPerson(events: readonly RoomEvent[]): number | null {
  const persons = new Set(
    events.flatMap((event) => {
      if (event.kind === "counter-linkmic") return [event.person];
      return event.kind === "counter-fanticket" ? event.rows.map(({ person }) => person) : [];
    }),
  );
  const [person] = persons;
  return persons.size === 1 && person !== undefined ? person : null;
}
