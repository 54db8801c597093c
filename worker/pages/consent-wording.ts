import { RETENTION_DAYS } from "../../domain/retention.ts";
import { counted } from "./format.ts";
import type { Lang } from "./lang.ts";
import { DAYS } from "./words/days.ts";

/**
 * What a creator is asked to agree to, word for word. A consent row stores `version`, and the
 * version is what proves later which words stood on the page: whoever changes a word here
 * gives it a new version, and keeps the old text in the repository's history.
 */
export interface ConsentWording<Text> {
  version: string;
  en: Text;
  ar: Text;
}

/** The separate, unticked choice of having public LIVEs followed. */
export interface LiveText {
  title: string;
  detail: string;
}

/** What connecting TikTok means: three short lists of plain sentences. */
export interface TiktokText {
  sees: { profile: string; stats: string; videos: string };
  never: readonly string[];
  stop: string;
}

export const LIVE_WORDING: ConsentWording<LiveText> = {
  version: "live-2026-11",
  en: {
    title: "Also follow my public LIVEs",
    detail:
      "Diamonds, hours and viewer counts. Your viewers are never named. Nothing starts until your agency switches it on, and you can turn it off any time.",
  },
  ar: {
    title: "متابعة بثوثي المباشرة العامة أيضًا",
    detail:
      "الماسات والساعات وأعداد المشاهدين. لا تُذكر أسماء المشاهدين أبدًا. لا يبدأ شيء قبل أن تفعّله وكالتك، ويمكنك إيقافه في أي وقت.",
  },
};

const deletedWithin = (lang: Lang): string => counted(lang, RETENTION_DAYS.tiktokAfterDisconnect, DAYS[lang]);

export const TIKTOK_WORDING: ConsentWording<TiktokText> = {
  version: "tiktok-2026-11",
  en: {
    sees: {
      profile: "Your name, picture, handle and bio",
      stats: "Follower, following, like and video counts",
      videos: "Your public videos and their views, likes, comments and shares",
    },
    never: [
      "Nobody posts, edits or deletes for you",
      "Nobody reads your messages or drafts",
      "Nothing is sold, used for ads or to train AI",
    ],
    stop: `Access ends at once, and what came from TikTok is deleted, at the latest after ${deletedWithin("en")}.`,
  },
  ar: {
    sees: {
      profile: "اسمك وصورتك ومعرّفك ونبذتك",
      stats: "أعداد المتابِعين والمتابَعين والإعجابات والمقاطع",
      videos: "مقاطعك العامة ومشاهداتها وإعجاباتها وتعليقاتها ومشاركاتها",
    },
    never: [
      "لا أحد ينشر أو يعدّل أو يحذف نيابةً عنك",
      "لا أحد يقرأ رسائلك أو مسوداتك",
      "لا شيء يُباع أو يُستخدم للإعلانات أو لتدريب الذكاء الاصطناعي",
    ],
    stop: `يتوقف الوصول فورًا، ويُحذف ما جاء من تيك توك خلال ${deletedWithin("ar")} كحد أقصى.`,
  },
};
