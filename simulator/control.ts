/** /_control/…: what a tester turns and reads. None of it is TikTok's. */
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { ACCOUNTS, type Account, accountByHandle } from "./accounts.ts";
import { answer, readBody } from "./body.ts";
import { faultSchema } from "./faults.ts";
import { CONTROL } from "./live/messages.ts";
import type { Room } from "./live/room.ts";
import { newRoomSchema } from "./live/rooms.ts";
import { openIdOf } from "./login/open-id.ts";
import { settingsSchema } from "./settings.ts";
import { resetSimulation, type Simulation, type SimulatorEnv } from "./simulation.ts";
import { isRemovalReason } from "./webhooks.ts";

const removalSchema = z.object({ reason: z.coerce.number().refine(isRemovalReason).default(1) });
const endSchema = z.object({ silent: z.boolean().default(false) });

const stateOf = (room: Room) => ({
  roomId: room.roomId,
  handle: room.handle,
  kind: room.source.kind,
  status: room.status,
  ...room.counts,
  /** Sockets that are open now. */
  viewers: room.viewers.size,
  truth: room.truth(),
  /** Everything was played, and everybody who watches has been sent all of it. */
  done: room.source.done() && [...room.viewers].every((viewer) => viewer.isDrained()),
});

export const controlRoutes = (simulation: Simulation): Hono<SimulatorEnv> => {
  const { faults, grants, mailbox, options, requests, rooms, settings, webhooks } = simulation;

  const requireAccount = (handle: string): Account => {
    const account = accountByHandle(handle);
    if (!account) throw new HTTPException(404, { message: `Nobody is called ${handle}.` });
    return account;
  };

  const requireRoom = (roomId: string): Room => {
    const room = rooms.byId(roomId);
    if (!room) throw new HTTPException(404, { message: `There is no room ${roomId}.` });
    room.source.catchUp(room);
    return room;
  };

  const app = new Hono<SimulatorEnv>().basePath("/_control");

  app.get("/accounts", (c) =>
    c.json({
      accounts: ACCOUNTS.map(({ handle, displayName }) => {
        const room = rooms.byHandle(handle);
        return { handle, displayName, openId: openIdOf(options.clientKey, handle), roomId: room?.roomId ?? null };
      }),
    }),
  );
  app.post("/accounts/:handle/remove", async (c) => {
    const { handle } = requireAccount(c.req.param("handle"));
    const { reason } = await readBody(c, removalSchema);
    grants.endAccount(handle);
    webhooks.authorizationRemoved(handle, reason);
    return answer(c, { handle, reason });
  });
  app.post("/accounts/:handle/expire", (c) => {
    const { handle } = requireAccount(c.req.param("handle"));
    grants.expireAccess(handle);
    return answer(c, { handle });
  });
  app.get("/webhooks", (c) => c.json({ deliveries: webhooks.list() }));

  app.get("/faults", (c) => c.json({ faults: faults.list() }));
  app.post("/faults", async (c) => {
    const fault = await readBody(c, faultSchema);
    faults.add(fault);
    return answer(c, fault, 201);
  });
  app.delete("/faults", (c) => {
    faults.clear();
    return c.json({});
  });

  app.get("/rooms", (c) => c.json({ rooms: rooms.list().map(({ roomId }) => stateOf(requireRoom(roomId))) }));
  app.post("/rooms", async (c) => {
    const asked = await readBody(c, newRoomSchema);
    requireAccount(asked.handle);
    try {
      return answer(c, { roomId: rooms.make(asked).roomId }, 201);
    } catch (error) {
      throw new HTTPException(400, { message: error instanceof Error ? error.message : "No room." });
    }
  });
  app.get("/given", (c) =>
    c.json({ rooms: rooms.list().map(({ roomId, source }) => ({ roomId, given: source.given() })) }),
  );
  app.get("/rooms/:id", (c) => c.json(stateOf(requireRoom(c.req.param("id")))));
  app.post("/rooms/:id/end", async (c) => {
    const room = requireRoom(c.req.param("id"));
    const { silent } = await readBody(c, endSchema);
    if (silent) room.endSilently();
    else room.end();
    return answer(c, stateOf(room));
  });
  const acts: Record<string, (room: Room) => void> = {
    pause: (room) => room.control(CONTROL.pause),
    resume: (room) => room.control(CONTROL.resume),
    cut: (room) => room.cut(),
    silence: (room) => room.silence(),
    calm: (room) => room.calm(),
  };
  for (const [name, act] of Object.entries(acts))
    app.post(`/rooms/:id/${name}`, (c) => {
      const room = requireRoom(c.req.param("id") ?? "");
      act(room);
      return answer(c, stateOf(room));
    });

  app.get("/settings", (c) => c.json(settings));
  app.post("/settings", async (c) => {
    Object.assign(settings, await readBody(c, settingsSchema.partial()));
    return answer(c, settings);
  });
  app.get("/log", (c) => c.json(requests.read()));
  app.get("/mails", (c) => c.json({ mails: mailbox.list() }));
  app.post("/reset", (c) => {
    resetSimulation(simulation);
    return answer(c, {});
  });

  return app;
};
