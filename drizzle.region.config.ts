import { defineConfig } from "drizzle-kit";

export default defineConfig({ dialect: "sqlite", schema: "./platform/db/region/index.ts", out: "./migrations/region" });
