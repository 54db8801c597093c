import { beforeAll, expect, test } from "vitest";
import { type Agency, addCreator, agency } from "../helpers/workerd/agency.ts";
import { listed, namesOf } from "../helpers/workerd/roster.ts";

let shelf: Agency;
beforeAll(async () => {
  shelf = await agency("me");
  for (const [displayName, handle] of [
    ["أحمد الفاسي", "ahmad.fes"],
    ["فاطمة على", null],
    ["Zoë Ångström", "zoe_angstrom"],
    ["Mira Foldstrøm", "mira.folds"],
    ["MIRANDA OAK", null],
    ["100% Nora", "nora100"],
  ] as const)
    await addCreator(shelf.browser, { displayName, handle });
});

test.each([
  ["mir", ["MIRANDA OAK", "Mira Foldstrøm"]],
  ["MIRA fold", ["Mira Foldstrøm"]],
  ["fold mira", ["Mira Foldstrøm"]],
  ["@mira.folds", ["Mira Foldstrøm"]],
  ["mira.fo", ["Mira Foldstrøm"]],
  ["oldstr", []],
  ["zoe", ["Zoë Ångström"]],
  ["ZOË angstrom", ["Zoë Ångström"]],
  ["zoe_ang", ["Zoë Ångström"]],
  ["احمد", ["أحمد الفاسي"]],
  ["أحمد", ["أحمد الفاسي"]],
  ["أَحْمَد", ["أحمد الفاسي"]],
  ["الفاسى", ["أحمد الفاسي"]],
  ["فاطمه", ["فاطمة على"]],
  ["علي", ["فاطمة على"]],
  ["100", ["100% Nora"]],
  ["mira zoe", []],
])("a search for %s finds the words that begin so", async (q, expected) => {
  expect(await namesOf(shelf.browser, q)).toEqual([...expected].sort());
});

test.each([
  '"',
  '"mira',
  "mira*",
  "*",
  "mira AND oak",
  "mira OR",
  "NOT mira",
  "NEAR(mira fold, 2)",
  "terms:mira",
  "mira^2",
  "(mira",
  "{mira}",
  "mira + fold",
  "-mira",
  "'; DROP TABLE creators;--",
  "%",
  "\\",
  "\u0000",
  "😀",
  "a b c d e f g h i j k l",
])("a search for %s is a search like any other", async (q) => {
  const { items, total } = await listed(shelf.browser, `count=true&q=${encodeURIComponent(q)}`);
  expect(total).toBe(items.length);
});

test("a search sees the own agency's creators alone, whoever else has such a name", async () => {
  const other = await agency("me");
  await addCreator(other.browser, { displayName: "Mira Elsewhere" });
  expect(await namesOf(other.browser, "mira")).toEqual(["Mira Elsewhere"]);
  expect(await namesOf(shelf.browser, "mira")).toEqual(["MIRANDA OAK", "Mira Foldstrøm"].sort());
});
