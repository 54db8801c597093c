import { applyD1Migrations, env } from "cloudflare:test";

await applyD1Migrations(env.DIRECTORY, env.DIRECTORY_MIGRATIONS);
for (const database of [env.DB_EU, env.DB_US, env.DB_ME]) await applyD1Migrations(database, env.REGION_MIGRATIONS);
