import { exports } from "cloudflare:workers";
import { describe, expect, type TestContext, test } from "vitest";
import type { UserId } from "../../domain/ids.ts";
import { type LiveItem, type LiveTick, liveItemSchema, liveTickSchema } from "../../domain/live-message.ts";
import { type Agency, agency, type Browser, ORIGIN, until } from "../helpers/workerd/agency.ts";
import {
  consenting,
  crash,
  databaseOf,
  hubOf,
  itemOf,
  placeOf,
  startRoom,
  switchLive,
  type Tracked,
  toRoom,
} from "../helpers/workerd/live.ts";
import { join } from "../helpers/workerd/members.ts";

/** A wall that hears a frame a tick: what is on it is worked out from the frames alone. */
interface Wall {
  socket: WebSocket;
  ticks: LiveTick[];
  items: Map<string, LiveItem>;
  closed: Promise<{ code: number; reason: string }>;
  /** Takes in what came and was not answered yet. */
  answer(): void;
}

async function wall(context: TestContext, browser: Browser, answers = true): Promise<Wall> {
  const { webSocket: socket, status } = await exports.default.fetch(
    new Request(`${ORIGIN}/api/v1/live/socket?frames=ticks`, {
      headers: {
        Upgrade: "websocket",
        Origin: ORIGIN,
        Cookie: [...browser.jar()].map(([name, value]) => `${name}=${value}`).join("; "),
      },
    }),
  );
  if (!socket) throw new Error(`No socket: ${status}`);
  const ticks: LiveTick[] = [];
  const items = new Map<string, LiveItem>();
  socket.addEventListener("message", ({ data }) => {
    const tick = liveTickSchema.parse(JSON.parse(String(data)));
    ticks.push(tick);
    for (const message of tick.messages) take(items, message);
    if (answers) socket.send(`heard ${tick.tick}`);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.addEventListener("close", ({ code, reason }) => resolve({ code, reason })),
  );
  socket.accept();
  context.onTestFinished(() => socket.close());
  await until(async () => ticks.length > 0);
  return { socket, ticks, items, closed, answer: () => socket.send(`heard ${ticks.at(-1)?.tick}`) };
}

function take(items: Map<string, LiveItem>, message: LiveTick["messages"][number]): void {
  switch (message.type) {
    case "snapshot":
      items.clear();
      for (const item of message.items) items.set(item.creatorId, item);
      break;
    case "live": {
      const { type: _, ...item } = message;
      items.set(item.creatorId, item);
      break;
    }
    case "moved": {
      const { type: _, ...moved } = message;
      const known = items.get(moved.creatorId);
      if (!known) throw new Error("Something moved that nobody was shown");
      items.set(moved.creatorId, liveItemSchema.parse({ ...known, ...moved }));
      break;
    }
    case "ended":
    case "removed":
      items.delete(message.creatorId);
  }
}

const kinds = (tick: LiveTick | undefined) => tick?.messages.map(({ type }) => type);

/** A busy LIVE of a creator's that is tracked. */
async function live(context: TestContext, staff: Agency, account: string): Promise<{ creator: Tracked; room: string }> {
  const creator = await consenting(staff, account);
  const room = await startRoom(account, { kind: "synthetic", tempo: 8, secondsAgo: 600 });
  await switchLive(creator, true);
  context.onTestFinished(async () => {
    await switchLive(creator, false).catch(() => undefined);
    await toRoom(room, "end", { silent: true });
  });
  await until(async () => (await itemOf(creator))?.state === "live");
  return { creator, room };
}

/** The wall comes to show exactly what the product answers when asked. */
async function agrees({ items }: Wall, creator: Tracked): Promise<void> {
  const [asked, shown] = await until(async () => {
    const both = [await itemOf(creator), items.get(creator.id)];
    return both[0]?.at === both[1]?.at ? both : null;
  });
  expect(asked).toBeDefined();
  expect(shown).toEqual(asked);
}

describe.concurrent("a dashboard that hears one frame a tick", () => {
  test("is shown everything first, then only what moved, and has it all", async (context) => {
    const staff = await agency("us");
    const { creator } = await live(context, staff, "crowd.100");
    const { creator: other } = await live(context, staff, "crowd.101");
    const shown = await wall(context, staff.browser);
    expect(kinds(shown.ticks[0])).toEqual(["snapshot"]);
    expect([...shown.items.keys()].toSorted()).toEqual([creator.id, other.id].toSorted());
    await until(async () => shown.ticks.length > 8);
    expect(shown.ticks.slice(1).flatMap(kinds)).not.toContain("snapshot");
    const moves = shown.ticks.flatMap(({ messages }) => messages.filter(({ type }) => type === "moved"));
    expect(moves.length).toBeGreaterThan(0);
    for (const move of moves) expect(move).not.toHaveProperty("displayName");
    // Ticks are numbered without a hole.
    const numbers = shown.ticks.map(({ tick }) => tick);
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
    await agrees(shown, creator);
  });

  test("is not queued for when it is slow: the next it hears is the newest snapshot", async (context) => {
    const staff = await agency("us");
    const { creator } = await live(context, staff, "crowd.102");
    const slow = await wall(context, staff.browser, false);
    const quick = await wall(context, staff.browser);
    await until(async () => quick.ticks.length > 30, 25);
    expect(slow.ticks.length).toBeLessThan(25);
    const before = slow.ticks.length;
    slow.answer();
    await until(async () => slow.ticks.length > before);
    expect(kinds(slow.ticks[before])).toEqual(["snapshot"]);
    const { at } = slow.items.get(creator.id) ?? { at: "" };
    expect(at >= (quick.ticks.at(-3)?.at ?? "")).toBe(true);
  });

  test("is shown a snapshot by a hub that was born anew, and no figure falls", async (context) => {
    const staff = await agency("us");
    const { creator } = await live(context, staff, "crowd.103");
    const plain = await wall(context, staff.browser);
    await until(async () => plain.ticks.length > 5);
    const before = plain.items.get(creator.id)?.diamonds ?? 0;
    await crash(hubOf(placeOf(staff)));
    const after = await until(() => itemOf(creator));
    expect(after.diamonds).toBeGreaterThanOrEqual(before);
    expect(after.displayName).toBe("Mira Daneshkar");
    const again = await wall(context, staff.browser);
    expect(kinds(again.ticks[0])).toEqual(["snapshot"]);
    expect(again.items.get(creator.id)?.diamonds).toBeGreaterThanOrEqual(before);
    await agrees(again, creator);
  });

  test("an edited name is on the wall at once", async (context) => {
    const staff = await agency("us");
    const { creator } = await live(context, staff, "crowd.104");
    const shown = await wall(context, staff.browser);
    const { version } = await staff.browser.api<{ version: number }>("GET", `/creators/${creator.id}`);
    await staff.browser.api("PATCH", `/creators/${creator.id}`, { displayName: "Somebody Else", version });
    await until(async () => shown.items.get(creator.id)?.displayName === "Somebody Else", 5);
  });
});

describe.concurrent("whoever loses the right to see a LIVE", () => {
  const become = async (staff: Agency, changes: string) => {
    await databaseOf(placeOf(staff))
      .sql(`UPDATE users SET ${changes} WHERE tenant_id = ?1 AND id = ?2`, staff.user.id)
      .run();
    await hubOf(placeOf(staff)).rightsChanged(staff.user.id as UserId);
  };

  test("sees it no more at once, and sees it again when it is theirs", async (context) => {
    const staff = await agency("us");
    const { creator } = await live(context, staff, "crowd.105");
    const other = await join(staff, "owner");
    const shown = await wall(context, staff.browser);
    expect(shown.items.has(creator.id)).toBe(true);
    await become(staff, "role = 'agent'");
    await until(async () => shown.items.size === 0, 5);
    const told = shown.ticks.length;
    await until(async () => shown.ticks.length > told + 3).catch(() => undefined);
    expect(shown.items.size).toBe(0);
    expect(await itemOf(creator)).toBeUndefined();

    const { version } = await other.browser.api<{ version: number }>("GET", `/creators/${creator.id}`);
    await other.browser.api("PATCH", `/creators/${creator.id}`, { ownerId: staff.user.id, version });
    await until(async () => shown.items.has(creator.id), 5);
    expect((await itemOf(creator))?.creatorId).toBe(creator.id);
  });

  test("sees the own team's", async (context) => {
    const staff = await agency("us");
    const { creator } = await live(context, staff, "crowd.106");
    const shown = await wall(context, staff.browser);
    const { version } = await staff.browser.api<{ version: number }>("GET", `/creators/${creator.id}`);
    await staff.browser.api("PATCH", `/creators/${creator.id}`, { team: "North", version });
    await become(staff, "role = 'manager', team = 'South'");
    await until(async () => shown.items.size === 0, 5);
    await become(staff, "team = 'North'");
    await until(async () => shown.items.has(creator.id), 5);
  });

  test("is sent away when the membership is suspended", async (context) => {
    const staff = await agency("us");
    const shown = await wall(context, staff.browser);
    await become(staff, "state = 'suspended'");
    expect(await shown.closed).toEqual({ code: 4401, reason: "Signed out" });
  });
});
