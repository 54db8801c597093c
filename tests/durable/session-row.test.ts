import { expect, test } from "vitest";
import { newId } from "../../domain/ids.ts";
import { sessionRow } from "../../durable/tracker/session-rows.ts";
import { LiveSession } from "../../durable/webcast/session.ts";
import { agency } from "../helpers/workerd/agency.ts";
import { databaseOf } from "../helpers/workerd/live.ts";
import { connectionOf, synced } from "../helpers/workerd/sync.ts";

const ROOM = "7309128470994258694";
const BEGAN = 1_701_790_000_000;

test("a running LIVE writes one row a minute into D1: what is indexed is named once, and again when it changed", async () => {
  const creator = await synced(await agency(), "crowd.4100");
  const { generation } = await connectionOf(creator);
  const target = {
    place: creator.place,
    creatorId: creator.id,
    connectionId: creator.connectionId,
    generation: Number(generation),
    username: "crowd.4100",
    roomId: ROOM,
    createdAt: BEGAN,
  };
  const session = new LiveSession(ROOM);
  const sessionId = newId("liveSession");
  const write = async (viewers: number, at: number, knownStart: number | null): Promise<number> => {
    session.apply({ kind: "viewers", roomId: ROOM, createTime: at, isHistory: false, viewers });
    const { meta } = await sessionRow(databaseOf(creator.place), target, sessionId, session, knownStart).run();
    return meta.rows_written;
  };

  expect(await write(10, BEGAN, null)).toBeGreaterThan(1);
  const { startedAt } = session.totals();
  expect(await write(11, BEGAN + 60_000, startedAt)).toBe(1);
  expect(await write(12, BEGAN + 120_000, startedAt)).toBe(1);
  expect(await write(13, BEGAN + 180_000, startedAt - 1)).toBeGreaterThan(1);
});
