/** The gifts that generated rooms give: TikTok's price list, where the recordings' folder has it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Gift } from "./messages.ts";

const listSchema = z.array(z.object({ id: z.number(), name: z.string(), diamonds: z.number() }));

const ROSE: Gift = { id: 5655, name: "Rose", diamonds: 1, type: 1 };

const WITHOUT_LIST: readonly Gift[] = [
  ROSE,
  { id: 5487, name: "Finger Heart", diamonds: 5, type: 1 },
  { id: 5658, name: "Perfume", diamonds: 20, type: 1 },
  { id: 5879, name: "Doughnut", diamonds: 30, type: 1 },
  { id: 7934, name: "Heart Me", diamonds: 1, type: 4 },
  { id: 5585, name: "Confetti", diamonds: 100, type: 2 },
  { id: 5897, name: "Swan", diamonds: 699, type: 2 },
  { id: 5765, name: "Motorcycle", diamonds: 2988, type: 2 },
];

export interface GiftList {
  rose: Gift;
  /** Streakable, under 100 diamonds; cheapest first. */
  small: readonly Gift[];
  /** One by one: types 2 and 4; cheapest first. */
  big: readonly Gift[];
}

const sorted = (gifts: readonly Gift[]): GiftList => ({
  rose: gifts.find(({ id }) => id === ROSE.id) ?? ROSE,
  small: gifts.filter(({ type }) => type === 1).toSorted((a, b) => a.diamonds - b.diamonds),
  big: gifts.filter(({ type }) => type !== 1).toSorted((a, b) => a.diamonds - b.diamonds),
});

/** The list says nothing of types: what costs 100 and more comes one by one here, as most of it does. */
export const readGiftList = (folder: string): GiftList => {
  try {
    const listed = listSchema.parse(JSON.parse(readFileSync(join(folder, "gifts.json"), "utf8")));
    const affordable = listed.filter(({ diamonds }) => diamonds > 0 && diamonds <= 5_000);
    return sorted(
      affordable.map((gift) => ({ ...gift, type: gift.diamonds >= 100 ? (gift.id % 7 === 0 ? 4 : 2) : 1 })),
    );
  } catch {
    return sorted(WITHOUT_LIST);
  }
};
