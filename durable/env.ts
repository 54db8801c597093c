import type { PlatformEnv } from "../platform/env.ts";
import type { ApiBudget } from "./api-budget.ts";
import type { DoorGate } from "./door-gate.ts";
import type { LiveTracker } from "./live-tracker.ts";
import type { LoginGate } from "./login-gate.ts";
import type { TenantHub } from "./tenant-hub.ts";
import type { WebhookSender } from "./webhook-sender.ts";

/** The platform's environment and the classes of objects. */
export interface DurableEnv extends PlatformEnv {
  TENANT_HUB: DurableObjectNamespace<TenantHub>;
  LIVE_TRACKER: DurableObjectNamespace<LiveTracker>;
  LOGIN_GATE: DurableObjectNamespace<LoginGate>;
  API_BUDGET: DurableObjectNamespace<ApiBudget>;
  DOOR_GATE: DurableObjectNamespace<DoorGate>;
  WEBHOOK_SENDER: DurableObjectNamespace<WebhookSender>;
}
