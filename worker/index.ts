import { app } from "./app.ts";
import { scheduled } from "./cron.ts";
import type { WorkerEnv } from "./env.ts";

export { ApiBudget } from "../durable/api-budget.ts";
export { DoorGate } from "../durable/door-gate.ts";
export { LiveTracker } from "../durable/live-tracker.ts";
export { LoginGate } from "../durable/login-gate.ts";
export { TenantHub } from "../durable/tenant-hub.ts";
export { WebhookSender } from "../durable/webhook-sender.ts";

export default {
  fetch: app.fetch,
  scheduled: (controller, env) => scheduled(env, controller.cron),
} satisfies ExportedHandler<WorkerEnv>;
