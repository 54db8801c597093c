/** The languages that the public and personal pages speak. */
export const LANGS = ["en", "ar"] as const;
export type Lang = (typeof LANGS)[number];

export const isLang = (value: unknown): value is Lang =>
  typeof value === "string" && (LANGS as readonly string[]).includes(value);

/** Each language by its own name: what the switch shows. */
export const LANG_NAMES: Record<Lang, string> = { en: "English", ar: "العربية" };

export const directionOf = (lang: Lang): "ltr" | "rtl" => (lang === "ar" ? "rtl" : "ltr");

export const otherLang = (lang: Lang): Lang => (lang === "ar" ? "en" : "ar");

/**
 * The language of a page: what the link asked for (`?lang=` or the form's hidden field),
 * else the first language of `Accept-Language` that there is, else English.
 */
export function pickLang(asked: string | null | undefined, acceptLanguage: string | null | undefined): Lang {
  if (isLang(asked)) return asked;
  const preferred = (acceptLanguage ?? "").split(",").map((entry) => entry.trim().slice(0, 2).toLowerCase());
  return preferred.find(isLang) ?? "en";
}
