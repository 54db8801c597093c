import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import * as z from "zod/mini";
import { ROOT } from "../../scripts/settings.ts";
import type { Figure } from "./figures.ts";

/** Bytes of script, gzip: what a first load may bring. */
const BUDGET = { app: 90_000, publicPage: 5_000 } as const;

/** Where the bench's own build of the web app lies. */
export const BUILT = join(ROOT, ".cache", "bench", "web");

/** Builds as a deployment would, and leaves the build of a running app alone. */
export const buildWeb = (): Promise<unknown> =>
  build({ configFile: join(ROOT, "vite.config.ts"), logLevel: "error", build: { outDir: BUILT, manifest: true } });

const manifestSchema = z.record(
  z.string(),
  z.object({ file: z.string(), src: z.optional(z.string()), imports: z.optional(z.array(z.string())) }),
);
type Manifest = z.infer<typeof manifestSchema>;

const asset = (file: string): Buffer => readFileSync(join(BUILT, file));
const packed = (scripts: readonly Buffer[]): number =>
  scripts.reduce((sum, script) => sum + gzipSync(script).byteLength, 0);

/**
 * What the pages of the last build weigh.
 * @param publicPages the HTML of pages that the Worker renders, by name
 */
export function weigh(publicPages: Readonly<Record<string, string>>): Figure[] {
  const manifest = manifestSchema.parse(JSON.parse(asset(".vite/manifest.json").toString()));
  const scripts = new Set<string>();
  for (const page of ["index.html", "pages/creators/Creators.tsx"]) collect(manifest, page, scripts);
  const of = { group: "Weight", unit: "bytes" } as const;
  return [
    {
      ...of,
      what: `script of the app's first load (/app/creators, ${scripts.size} files), gzip`,
      value: packed([...scripts].map(asset)),
      goal: { atMost: BUDGET.app },
    },
    ...Object.entries(publicPages).map(([name, html]) => ({
      ...of,
      what: `script of the ${name}, gzip`,
      value: packed(scriptsOf(html)),
      goal: { atMost: BUDGET.publicPage },
    })),
  ];
}

/** A chunk and whatever it imports before it can run. */
function collect(manifest: Manifest, key: string, files: Set<string>): void {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`The build has no ${key}`);
  if (files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const imported of chunk.imports ?? []) collect(manifest, imported, files);
}

/** The scripts of a page: those that it links, and those that stand in it. */
const scriptsOf = (html: string): Buffer[] =>
  [...html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/g)].map(([, attributes = "", inline = ""]) => {
    const [, src] = /\bsrc="\/([^"]+)"/.exec(attributes) ?? [];
    return src === undefined ? Buffer.from(inline) : asset(src);
  });
