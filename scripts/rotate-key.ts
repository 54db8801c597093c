// npm run rotate-key: a new key for the vault, here or (-- --remote) for the deployment; -- --status says what the older
// ones still seal, -- --drop=<key id> takes one off this machine's ring.
import { parseArgs } from "node:util";
import { unstable_readConfig as readConfig } from "wrangler";
import * as z from "zod/mini";
import { KEY_REPORT, type KeyReport, keyReportSchema } from "../platform/key-report.ts";
import { createVault, withNewKey } from "../platform/vault.ts";
import { run } from "./processes.ts";
import { keepSecrets, localSecrets, ROOT, settings } from "./settings.ts";

const { values: asked } = parseArgs({
  options: { remote: { type: "boolean" }, status: { type: "boolean" }, drop: { type: "string" } },
});

const say = (line = ""): void => console.log(line);

const bucketsSchema = z.array(z.object({ bucket_name: z.string(), jurisdiction: z.optional(z.string()) }));

/** What the crons found in each region; null where they have not looked yet. */
async function reports(): Promise<[bucket: string, report: KeyReport | null][]> {
  const buckets = bucketsSchema.parse(
    readConfig({ config: `${ROOT}/wrangler.toml` }, { hideWarnings: true }).r2_buckets,
  );
  const where = asked.remote ? ["--remote"] : ["--local", "--persist-to", settings().stateDir];
  return Promise.all(
    buckets.map(async ({ bucket_name: bucket, jurisdiction }): Promise<[string, KeyReport | null]> => {
      const place = asked.remote && jurisdiction ? ["--jurisdiction", jurisdiction] : [];
      const args = ["r2", "object", "get", `${bucket}/${KEY_REPORT}`, "--pipe", ...where, ...place];
      const text = await run("wrangler", args).catch((error: unknown) => {
        // A cron that never ran has written nothing; anything else is for the operator to read.
        if (error instanceof Error && /does not exist|not found/i.test(error.message)) return "null";
        throw error;
      });
      return [bucket, z.nullable(keyReportSchema).parse(JSON.parse(text.slice(text.search(/[{n]/))))];
    }),
  );
}

const looked = (at: number | null): string =>
  at === null ? "not looked at yet" : `looked at ${new Date(at).toISOString()}`;

async function status(): Promise<void> {
  const ids = new Set<string>();
  for (const [bucket, report] of await reports()) {
    if (!report) {
      say(`${bucket}: no cron has looked yet.`);
      continue;
    }
    const { activeKeyId, activeSince, rows, rowsAt, objects, objectsAt } = report;
    say(`${bucket}: ${activeKeyId} seals since ${new Date(activeSince).toISOString()}.`);
    say(`  databases ${looked(rowsAt)}; objects ${looked(objectsAt)}`);
    for (const keyId of new Set([activeKeyId, ...Object.keys(rows), ...Object.keys(objects)])) {
      ids.add(keyId);
      say(`  ${keyId}: ${rows[keyId] ?? 0} in databases, ${objects[keyId] ?? 0} in objects`);
    }
  }
  say();
  say("A key may leave TOKEN_KEYS when no region names it any more, and all were looked at after the new one began.");
}

/** Takes a key off this machine's ring. Of a deployment's ring the operator does the same by hand. */
async function drop(keyId: string): Promise<void> {
  const vars = localSecrets();
  const keys = (vars.TOKEN_KEYS ?? "").split(",");
  const kept = keys.filter((key) => key.split(":")[0] !== keyId);
  if (kept.length === keys.length) throw new Error(`There is no key "${keyId}" in .dev.vars.`);
  const ring = kept.join(",");
  createVault(ring);
  for (const [bucket, report] of await reports()) {
    if (!report) continue;
    const uses = (report.rows[keyId] ?? 0) + (report.objects[keyId] ?? 0);
    if (uses > 0 || report.activeKeyId === keyId || report.rowsAt === null || report.objectsAt === null)
      throw new Error(`${bucket} may still hold what "${keyId}" sealed: see npm run rotate-key -- --status.`);
  }
  keepSecrets({ ...vars, TOKEN_KEYS: ring });
  say(`${keyId} is off the ring in .dev.vars. Start the app anew.`);
}

function rotate(): void {
  if (asked.remote) {
    const { keyId, ring } = withNewKey(process.env.TOKEN_KEYS ?? "", Date.now());
    say(`The new key is ${keyId}. Run  npx wrangler secret put TOKEN_KEYS  and give it:`);
    say();
    say(process.env.TOKEN_KEYS ? ring : `${ring},<TOKEN_KEYS as it is now>`);
    say();
    say("Keep the older keys after it: what they sealed opens with them alone. Note it where you keep the ring.");
  } else {
    const vars = localSecrets();
    const { keyId, ring } = withNewKey(vars.TOKEN_KEYS ?? "", Date.now());
    keepSecrets({ ...vars, TOKEN_KEYS: ring });
    say(`The new key ${keyId} stands in front of TOKEN_KEYS in .dev.vars. Start the app anew: from then on it seals.`);
  }
  say("Ten minutes later the five-minute cron begins to seal anew what older keys sealed, some hundred rows a run;");
  say("what objects keep follows with the daily one. See how far it is:  npm run rotate-key -- --status");
}

try {
  if (asked.status) await status();
  else if (asked.drop !== undefined) await drop(asked.drop);
  else rotate();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
