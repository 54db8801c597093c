import type { D1Migration } from "cloudflare:test";
import type { WorkerEnv } from "../../../worker/env.ts";

declare global {
  namespace Cloudflare {
    interface GlobalProps {
      mainModule: typeof import("../../../worker/index.ts");
    }
    interface Env extends WorkerEnv {
      DIRECTORY_MIGRATIONS: D1Migration[];
      REGION_MIGRATIONS: D1Migration[];
      SIMULATOR_URL: string;
    }
  }
}
