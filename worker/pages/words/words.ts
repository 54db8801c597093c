import type { Lang } from "../lang.ts";
import { ar } from "./ar.ts";
import { en, type Words } from "./en.ts";

export type { Words } from "./en.ts";

const WORDS: Record<Lang, Words> = { en, ar };

export const wordsOf = (lang: Lang): Words => WORDS[lang];
