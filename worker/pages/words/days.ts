import type { PluralForms } from "../format.ts";
import type { Lang } from "../lang.ts";

/** "30 days": the promise's unit, used by every text that states a number of it. */
export const DAYS: Record<Lang, PluralForms> = {
  en: { one: "# day", other: "# days" },
  ar: { one: "يوم واحد", two: "يومين", few: "# أيام", many: "# يومًا", other: "# يوم" },
};
