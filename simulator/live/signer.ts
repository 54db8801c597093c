/** GET /webcast/rooms/:room_id/connect: the signer, protobuf out. It signs for rooms that are LIVE. */
import { Hono } from "hono";
import { meetFault } from "../fault-answers.ts";
import type { Simulation, SimulatorEnv } from "../simulation.ts";
import { type Room, STATUS } from "./room.ts";
import { cursorOf, positionOf } from "./room-log.ts";
import { encodeFetchResult } from "./wire.ts";

/** Where a viewer begins: after what it has seen, if the room gives that back, otherwise now. */
const startOf = (room: Room, cursor: string | undefined): number => {
  const seen = cursor && room.delivery.resume ? positionOf(cursor) : undefined;
  return seen === undefined ? room.log.end : Math.min(seen, room.log.end);
};

export const signerRoutes = (simulation: Simulation): Hono<SimulatorEnv> => {
  const { options, rooms, tickets, clock } = simulation;
  const app = new Hono<SimulatorEnv>();

  app.get("/webcast/rooms/:room_id/connect", async (c) => {
    const room = rooms.byId(c.req.param("room_id"));
    const fault = await meetFault(c, simulation, "sign", room?.handle);
    if (fault) return fault;
    if (options.signKey !== undefined && c.req.header("x-api-key") !== options.signKey)
      return c.json({ message: "The x-api-key is missing or wrong." }, 401);
    if (!room || room.status === STATUS.ended) return c.json({ message: "This room is not LIVE." }, 404);
    room.source.catchUp(room);
    const now = clock();
    const cursor = cursorOf(startOf(room, c.req.query("cursor")), now);
    const ticket = tickets.issue(room.roomId, c.req.query("user_agent") ?? "", cursor, now);
    const answer = encodeFetchResult({
      messages: [],
      isHistory: false,
      cursor,
      internalExt: ticket.internalExt,
      routeParams: ticket.routeParams,
      heartbeatDuration: room.delivery.heartbeatMs,
      needAck: room.delivery.needAck,
      pushServer: ticket.pushServer,
      isFirst: true,
    });
    c.header("x-set-tt-cookie", ticket.cookie);
    c.header("content-type", "application/protobuf");
    return c.body(Uint8Array.from(answer));
  });

  return app;
};
