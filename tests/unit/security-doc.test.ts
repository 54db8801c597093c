import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";

const ROOT = join(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

const page = read("SECURITY.md");
/** Ids of the requirements of levels 1 and 2. */
const ids = z.array(z.string()).parse(JSON.parse(read("tests/fixtures/asvs-5.0.0-levels-1-2.json")));

/** What a row of the tables says, by its id, in the page's order. */
const rows = [...page.matchAll(/^\| (V[\d.]+) +\| ([12]) +\| (.+?) +\| (.+?) +\|$/gm)].map(
  ([, id = "", , what = "", how = ""]) => ({
    id,
    what,
    how,
  }),
);

const verdictOf = (how: string): string => {
  if (how.startsWith("Not applicable: ")) return "not applicable";
  if (how.startsWith("**Not met yet**: ")) return "not met yet";
  return how.startsWith("**Partly**: ") ? "partly" : "met";
};

describe("SECURITY.md", () => {
  const tests = [...page.matchAll(/`(tests\/[\w./-]+)` › “([^”]+)”/g)].map(([, file = "", title = ""]) => ({
    file,
    title,
  }));

  it("names tests that there are, by the titles that they have", () => {
    expect(tests.length).toBeGreaterThan(150);
    const texts = new Map(tests.map(({ file }) => [file, existsSync(join(ROOT, file)) ? read(file) : ""]));
    const missing = tests.filter(({ file, title }) => {
      const quoted = [`"${title}"`, `'${title}'`, `\`${title}\``];
      return !quoted.some((text) => texts.get(file)?.includes(text));
    });
    expect(missing).toEqual([]);
  });

  it("names files that there are", () => {
    const named = [...page.matchAll(/`([\w.-]+(?:\/[\w.-]+)+\/?|[\w-]+\.(?:toml|json|md))`/g)].map(
      ([, file = ""]) => file,
    );
    expect(named.length).toBeGreaterThan(100);
    const missing = named.filter((file) => !existsSync(join(ROOT, file)));
    // Made by the build, and named as the one folder that is served.
    expect([...new Set(missing)].filter((file) => file !== "dist/web")).toEqual([]);
  });

  it("has each requirement of levels 1 and 2 once, in the standard's order, and no other", () => {
    expect(ids).toHaveLength(253);
    expect(rows.map(({ id }) => id)).toEqual(ids);
  });

  it("says of each how it is met, where to look or why not", () => {
    const unsaid = rows.filter(({ what, how }) => {
      const verdict = verdictOf(how);
      const looks = /`[^`]+`|^Platform: |This page, _/.test(how);
      return what.length < 2 || how.length < 12 || (verdict === "met" && !looks);
    });
    expect(unsaid).toEqual([]);
  });

  it("counts them as they are", () => {
    const counts = new Map<string, number>();
    for (const { how } of rows) counts.set(verdictOf(how), (counts.get(verdictOf(how)) ?? 0) + 1);
    const said = ["met", "partly", "not met yet", "not applicable"].map(
      (verdict) => `${counts.get(verdict) ?? 0} ${verdict}`,
    );
    expect(page).toContain(`\n${said.join(", ")}.\n`);
  });

  it("refers to chapters of its own that there are", () => {
    const headings = new Set([...page.matchAll(/^#{2,3} (.+)$/gm)].map(([, heading]) => heading));
    const readme = read("README.md");
    for (const [, of = "", heading = ""] of page.matchAll(/(This page|README), _([^_]+)_/g)) {
      const known =
        of === "This page"
          ? headings.has(heading)
          : readme.includes(`### ${heading.replace("’", "'")}\n`) || readme.includes(`### ${heading}\n`);
      expect([of, heading, known]).toEqual([of, heading, true]);
    }
  });
});
