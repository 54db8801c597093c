import { join } from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** Keys of nobody: these databases live as long as a test file. */
const SECRETS = {
  TOKEN_KEYS: "test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
  SESSION_KEY: "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=",
  BLIND_INDEX_KEY: "QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8=",
};

/** Tests in workerd, against real D1 and objects; TikTok is the simulator, started once a project. */
const inWorkerd = (name: string, isolate: boolean) => ({
  plugins: [
    cloudflareTest(async ({ inject }) => {
      const simulator = inject<string>("simulatorUrl");
      return {
        wrangler: { configPath: "./wrangler.toml" },
        miniflare: {
          bindings: {
            ...SECRETS,
            DIRECTORY_MIGRATIONS: await readD1Migrations("migrations/directory"),
            REGION_MIGRATIONS: await readD1Migrations("migrations/region"),
            SIMULATOR_URL: simulator,
            PUBLIC_URL: "http://localhost:8787",
            TIKTOK_CLIENT_KEY: "simulator-client-key",
            TIKTOK_CLIENT_SECRET: "simulator-client-secret",
            TIKTOK_AUTHORIZE_URL: `${simulator}/v2/auth/authorize/`,
            TIKTOK_API_URL: simulator,
            LIVE_WEB_URL: simulator,
            LIVE_WEBCAST_URL: simulator,
            LIVE_SIGN_URL: simulator,
            MAIL_URL: simulator,
            RATE_LIMITS: "off",
            LOG_GATHER_SECONDS: "off",
            LIVE_CHECK_SECONDS: "1",
            LIVE_STALE_SECONDS: "2",
          },
        },
      };
    }),
  ],
  oxc: { jsx: { runtime: "automatic" as const, importSource: "hono/jsx" } },
  resolve: {
    alias: [{ find: /^bcryptjs$/, replacement: join(import.meta.dirname, "tests/helpers/workerd/quick-bcrypt.ts") }],
  },
  test: {
    name,
    isolate,
    include: [`tests/${name}/**/*.test.ts`],
    globalSetup: ["tests/helpers/node/simulator.ts"],
    setupFiles: ["tests/helpers/workerd/migrate.ts"],
    testTimeout: 60_000,
  },
});

const inNode = (name: string) => ({
  oxc: { jsx: { runtime: "automatic" as const, importSource: "hono/jsx" } },
  test: { name, include: [`tests/${name}/**/*.test.ts`], environment: "node" as const },
});

export default defineConfig({
  test: {
    // A test that passes says nothing; the operational log of one that fails is worth reading.
    silent: "passed-only",
    projects: [
      // A machine that is slow breaks no rule: the limit is there for what hangs.
      { ...inNode("unit"), test: { ...inNode("unit").test, testTimeout: 60_000 } },
      // Tenants are unique in every test: one runtime serves all files.
      inWorkerd("worker", false),
      inWorkerd("durable", true),
      {
        ...inNode("e2e"),
        test: {
          ...inNode("e2e").test,
          fileParallelism: false,
          // The cells of the fault matrix mostly wait: all of them run at once.
          maxConcurrency: 50,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
