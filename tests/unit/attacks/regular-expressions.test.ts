import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { growth } from "./backtracking.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** What never reads a stranger's text, or reads so much of it and no more. */
const OURS: Record<string, string> = {
  "\\/+$": "ends of addresses that the environment names",
  "\\.0+$": "digits that `toFixed` wrote",
  "0{5,}|1{5,}": "modules of a QR code that was drawn here",
  "\\b(\\d[ -]?){5,7}\\d\\b|\\b(?=[a-z0-9-]*([a-z]\\d|\\d[a-z]))[a-z0-9]{4,6}(-[a-z0-9]{4,6})+\\b":
    "at most 400 letters (`domain/audit-redaction.ts`)",
  "(?=10111010000|00001011101)": "modules of a QR code that was drawn here",
};

/** Twice what keeps in step with a text four times as long; the square of it would be 16. */
const IN_STEP = 8;

/** The expressions that stand in the code, each once, with where. */
function written(): Map<string, { expression: RegExp; file: string }> {
  const found = new Map<string, { expression: RegExp; file: string }>();
  const literal =
    /(?<=[=(,:!&|?[{}\s]\s*|return )\/(?![*/])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+)\/([dgimsuvy]*)(?=\s*[.,;)\]}:]|\s*$)/gm;
  for (const folder of ["domain", "platform", "durable", "worker", "web"])
    for (const entry of readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      const text = readFileSync(path, "utf8")
        .replace(/\/\*[\s\S]*?\*\//g, "")
        .replace(/^\s*\/\/.*$/gm, "");
      for (const [, source = "", flags = ""] of text.matchAll(literal))
        found.set(source, { expression: new RegExp(source, flags), file: path.slice(ROOT.length + 1) });
    }
  return found;
}

describe("no regular expression that reads what somebody sent", () => {
  const all = [...written()].filter(([source]) => !(source in OURS));

  it("is overlooked: they are found in the code, and what is excepted is still there", () => {
    const sources = [...written().keys()];
    expect(sources.length).toBeGreaterThan(40);
    for (const known of ["^([a-z0-9_.]{2,24})?$", "^bearer(?:\\s+(.*))?$", "[\\p{L}\\p{N}]+", ...Object.keys(OURS)])
      expect(sources).toContain(known);
  });

  it.each(all.map(([source, { expression, file }]) => ({ source, expression, file })))(
    "takes more steps than the text is long: $source in $file",
    ({ expression }) => {
      expect(growth(expression)).toBeLessThan(IN_STEP);
    },
  );

  it.each([
    ["an e-mail address", z.regexes.email],
    ["a day", z.regexes.date],
    ["a moment", z.regexes.datetime({ offset: true })],
  ])("takes more steps than the text is long: the schema library's for %s", (_what, expression) => {
    expect(growth(expression)).toBeLessThan(IN_STEP);
  });

  it.each([/^(a+)+$/, /(\s+)$/, /^(\w|\d)*$/, /^\d+\d+$/, /,+x/])(
    "would be let through if it were a trap: %s is found out",
    (trap) => {
      expect(growth(trap)).toBeGreaterThan(IN_STEP);
    },
  );
});
