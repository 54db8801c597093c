import { defineConfig } from "drizzle-kit";

export default defineConfig({ dialect: "sqlite", schema: "./platform/db/directory.ts", out: "./migrations/directory" });
