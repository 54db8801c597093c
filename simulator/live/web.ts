/** Who is LIVE: /api-live/user/room/, /webcast/room/check_alive/, /webcast/room/info/. */
import { Hono } from "hono";
import { accountByHandle, userIdOf } from "../accounts.ts";
import { meetFault } from "../fault-answers.ts";
import type { Simulation, SimulatorEnv } from "../simulation.ts";
import { type Room, STATUS } from "./room.ts";
import { createdAtOf } from "./rooms.ts";

/** What TikTok answers for a room that it will not tell about. */
const NO_ROOM_INFO = 4_003_110;
const USER_NOT_FOUND = 19_881_007;

const liveRoomOf = (room: Room) => {
  const { viewers, entered } = room.source.audience();
  return {
    status: room.status,
    title: room.title,
    startTime: Math.floor(createdAtOf(room.roomId) / 1000),
    liveRoomStats: { userCount: viewers, enterCount: entered },
  };
};

/** TikTok writes the number beside the string, though JavaScript cannot hold it: so does this. */
const withNumbers = (body: object, name: string): string =>
  JSON.stringify(body).replaceAll(new RegExp(`"${name}":"(\\d+)"`, "g"), `"${name}":$1`);

export const liveWebRoutes = (simulation: Simulation): Hono<SimulatorEnv> => {
  const { rooms, clock, settings } = simulation;
  const app = new Hono<SimulatorEnv>();

  const roomNow = (room: Room | undefined): Room | undefined => {
    room?.source.catchUp(room);
    return room;
  };

  app.get("/api-live/user/room/", async (c) => {
    const account = accountByHandle(c.req.query("uniqueId") ?? "");
    const fault = await meetFault(c, simulation, "api_live", account?.handle);
    if (fault) return fault;
    if (!account) return c.json({ message: "user_not_found", statusCode: USER_NOT_FOUND });
    const room = roomNow(rooms.byHandle(account.handle));
    const status = room?.status ?? STATUS.ended;
    const user = {
      id: room?.hostUserId ?? userIdOf(account.handle),
      uniqueId: account.handle,
      nickname: account.displayName ?? "",
      // Stays after the LIVE is over: the status is what tells.
      roomId: room?.roomId ?? "",
      status,
    };
    const liveRoom = room ? liveRoomOf(room) : { status };
    return c.json({ data: { user, liveRoom }, message: "", statusCode: 0 });
  });

  app.get("/webcast/room/check_alive/", async (c) => {
    const asked = (c.req.query("room_ids") ?? "").split(",").filter((id) => /^\d+$/.test(id));
    const fault = await meetFault(c, simulation, "check_alive", rooms.byId(asked[0] ?? "")?.handle);
    if (fault) return fault;
    const rows = asked.map((roomId) => {
      const room = rooms.byId(roomId);
      const alive = settings.everyRoomAlive || (room !== undefined && room.status !== STATUS.ended);
      return { alive, room_id: roomId, room_id_str: roomId };
    });
    const body = withNumbers({ data: rows, extra: { now: clock() }, status_code: 0 }, "room_id");
    return c.body(body, 200, { "content-type": "application/json" });
  });

  app.get("/webcast/room/info/", async (c) => {
    const room = roomNow(rooms.byId(c.req.query("room_id") ?? ""));
    const fault = await meetFault(c, simulation, "room_info", room?.handle);
    if (fault) return fault;
    const facts = room?.source.facts();
    if (!room || !facts) return c.json({ data: {}, extra: { now: clock() }, status_code: NO_ROOM_INFO });
    const { viewers, entered } = room.source.audience();
    const answer = {
      id: room.roomId,
      id_str: room.roomId,
      owner_user_id_str: room.hostUserId,
      title: room.title,
      status: room.status,
      create_time: facts.createTime,
      finish_time: room.status === STATUS.ended ? Math.floor(clock() / 1000) : 0,
      user_count: viewers,
      stats: { total_user: entered, fan_ticket: facts.fanTicket },
    };
    const body = withNumbers({ data: answer, extra: { now: clock() }, status_code: 0 }, "id");
    return c.body(body, 200, { "content-type": "application/json" });
  });

  return app;
};
