import * as z from "zod/mini";
import { isId } from "../../../domain/ids.ts";
import { ApiBudget as Budget, type Endpoint, type Lease } from "../../../durable/api-budget.ts";
import type { DurableEnv } from "../../../durable/env.ts";
import { hubContext } from "../../../durable/hub/context.ts";
import { standing } from "../../../durable/hub/live-check.ts";
import type { LiveEnd, LiveReport, Tracked } from "../../../durable/hub/live-report.ts";
import { liveTracker } from "../../../durable/kit/stubs.ts";
import { LiveTracker as Tracker } from "../../../durable/live-tracker.ts";
import { TenantHub as Hub } from "../../../durable/tenant-hub.ts";
import { watchSchema } from "../tally.ts";
import { isDatabase, listening } from "./counted.ts";
import { listen, tally } from "./ear.ts";

/** The Worker as it is deployed, but for what is counted, and for TikTok's pace: hundreds of LIVEs begin at once here. */
export { DoorGate } from "../../../durable/door-gate.ts";
export { LoginGate } from "../../../durable/login-gate.ts";
export { WebhookSender } from "../../../durable/webhook-sender.ts";
export { default } from "../../../worker/index.ts";

const heard = (env: DurableEnv): DurableEnv =>
  Object.assign(
    { ...env },
    Object.fromEntries(
      Object.entries(env).flatMap(([name, binding]) =>
        isDatabase(binding) ? [[name, listening(binding, tally.d1)]] : [],
      ),
    ),
  );

export class LiveTracker extends Tracker {
  constructor(ctx: DurableObjectState, env: DurableEnv) {
    listen(ctx, tally.tracker);
    super(ctx, heard(env));
  }

  override alarm(): Promise<void> {
    tally.tracker.rung += 1;
    return super.alarm();
  }
}

export class TenantHub extends Hub {
  constructor(ctx: DurableObjectState, env: DurableEnv) {
    listen(ctx, tally.hub);
    super(ctx, heard(env));
  }

  override alarm(): Promise<void> {
    tally.hub.rung += 1;
    return super.alarm();
  }

  override report(report: LiveReport): Promise<number | null> {
    tally.hub.calls += 1;
    tally.reports += 1;
    return super.report(report);
  }

  override tracking(tracked: Tracked, news: Parameters<Hub["tracking"]>[1]): Promise<number | null> {
    tally.hub.calls += 1;
    return super.tracking(tracked, news);
  }

  override ended(end: LiveEnd): Promise<number | null> {
    tally.hub.calls += 1;
    return super.ended(end);
  }

  override webSocketMessage(...message: Parameters<Hub["webSocketMessage"]>): ReturnType<Hub["webSocketMessage"]> {
    tally.hub.messages += 1;
    return super.webSocketMessage(...message);
  }
}

/** Grants everything: what is measured is not how TikTok is spared. */
export class ApiBudget extends Budget {
  override take(_endpoint: Endpoint, now = Date.now()): Lease {
    return { granted: true, retryAt: now };
  }
}

/** `GET /tally`; `POST /watch` starts the trackers of rooms. Listens on a socket of its own. */
export const door = {
  async fetch(request: Request, env: DurableEnv): Promise<Response> {
    if (new URL(request.url).pathname === "/tally") return Response.json(tally);
    const { tenantId, rooms } = watchSchema.parse(await request.json());
    const watched = await Promise.all(rooms.map(({ creatorId, roomId }) => watch(env, tenantId, creatorId, roomId)));
    return Response.json({ watched: watched.filter(Boolean).length });
  },
};

/** As a check of the hub's that found the creator LIVE. */
async function watch(env: DurableEnv, tenantId: string, creatorId: string, roomId: string): Promise<boolean> {
  if (!isId("tenant", tenantId) || !isId("creator", creatorId)) throw new Error("These are no ids of rooms to watch");
  const place = { region: "eu", tenantId } as const;
  const who = await standing(hubContext(env, place), creatorId);
  const { connectionId, generation, username } = whoSchema.parse(who);
  if (!isId("connection", connectionId)) throw new Error(`${creatorId} is not connected`);
  const target = { place, creatorId, connectionId, generation, username, roomId, createdAt: null };
  return liveTracker(env, place, creatorId).watch(target);
}

const whoSchema = z.object({ connectionId: z.string(), generation: z.number(), username: z.string() });
