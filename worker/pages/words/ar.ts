import { MINIMUM_AGE_YEARS, RETENTION_DAYS } from "../../../domain/retention.ts";
import { atHandle, counted, isolated } from "../format.ts";
import { DAYS } from "./days.ts";
import type { Words } from "./en.ts";
import { homeAr } from "./home-ar.ts";

const days = (n: number): string => counted("ar", n, DAYS.ar);

/** The same words in Arabic. Digits stay Latin, as on TikTok; the reader is addressed plainly. */
export const ar: Words = {
  site: {
    skip: "انتقل إلى المحتوى",
    operator: "إيتيكا برودكشن، دبي، الإمارات العربية المتحدة",
    privacy: "سياسة الخصوصية",
    terms: "الشروط",
    legal: "معلومات قانونية",
    languageSwitch: "اقرأ هذه الصفحة بالإنجليزية",
  },

  connect: {
    title: (agency) => `تطلب ${isolated(agency)} الاطلاع على حسابك في تيك توك`,
    from: (inviter, handle, until) =>
      `من ${isolated(inviter)}${handle === null ? "" : ` إلى ${atHandle(handle)}`}. صالح حتى ${until}.`,
    sees: "ما الذي سيرونه",
    exactly: "كل حقل كما يسمّيه تيك توك",
    never: "ما لا يحدث أبدًا",
    optional: "اختياري",
    stop: "كيف توقفه",
    stopWays: {
      onPage: "في أي وقت: من صفحتك الخاصة هنا، أو في تيك توك ضمن ",
      connectedApps: "التطبيقات المتصلة",
      orMail: "، أو بالكتابة إلى ",
    },
    go: "المتابعة إلى تيك توك",
    decline: "لا، شكرًا",
    once: `لمن عمره ${MINIMUM_AGE_YEARS} سنة فأكثر. سيسألك تيك توك مرة أخرى.`,
  },

  declined: {
    title: "لم تتم مشاركة شيء",
    body: (agency) =>
      `لم تربط حسابك، ولذلك لا ترى ${isolated(agency)} أي شيء من حسابك في تيك توك. ولا نخبرها بأنك فتحت هذه الصفحة ولا بسبب مغادرتك.`,
    later: (until) => `يبقى الرابط صالحًا حتى ${until} إن غيّرت رأيك.`,
    back: "اقرأها مرة أخرى",
  },

  problem: {
    retry: "حاول مرة أخرى",
    meaning: "ماذا يعني هذا",
    todo: "ما العمل",
    missing: "لم يُمنح",
    codes: {
      state_invalid: {
        title: "تعذّرت مطابقة هذه الزيارة برابطك",
        happened: "عدت من تيك توك، لكن ليس في المتصفح نفسه أو بعد انتهاء الوقت المتاح.",
        means: "تجاهلنا الرد. لم يُربط شيء ولم يُحفظ شيء.",
        todo: "افتح رابط وكالتك من جديد وأكمل في المتصفح نفسه خلال عشر دقائق.",
      },
      denied: {
        title: "رفضت الطلب في تيك توك",
        happened: "أخبرنا تيك توك بأن الطلب رُفض.",
        means: "لم يُربط شيء ولم يُحفظ شيء. ولا نخبر وكالتك بذلك.",
        todo: "لا شيء إن كان هذا ما أردته. وإلا فابدأ من جديد وسيسألك تيك توك مرة أخرى.",
      },
      scope_missing: {
        title: "بقي إذن دون تحديد في تيك توك",
        happened: "يتيح لك تيك توك إلغاء تحديد بعض الأذونات، ولم يُمنح واحد على الأقل من الأذونات اللازمة.",
        means: "من دونها جميعًا ترى وكالتك نصف الصورة، ولذلك لم يُربط شيء ولم يُحفظ شيء.",
        todo: "ابدأ من جديد واترك كل الأذونات محددة، فجميعها للقراءة فقط. وإن لم ترغب فأغلق هذه الصفحة.",
      },
      exchange_failed: {
        title: "لم يُكمل تيك توك الربط",
        happened: "وافقتَ، لكن تيك توك رفض تسليم الوصول الذي منحه قبل لحظات.",
        means: "لم يُربط شيء ولم يُحفظ شيء. نادرًا ما يكون السبب منك.",
        todo: "ابدأ من جديد بعد دقيقة. وإن تكرر الأمر فأخبر وكالتك.",
      },
      invite_used: {
        title: "أدّى هذا الرابط مهمته",
        happened: "رُبط به حساب تيك توك من قبل، والرابط يعمل مرة واحدة.",
        means: "إن كنت أنت من ربطه فكل شيء في مكانه. لصفحتك الخاصة عنوان آخر، فاحتفظ به.",
        todo: "إن لم تكن أنت فأخبر وكالتك فورًا واطلب رابطًا جديدًا.",
      },
      invite_expired: {
        title: "انتهت صلاحية هذا الرابط",
        happened: `يعمل رابط الربط لمدة ${days(RETENTION_DAYS.connectInvite)}، وقد تجاوزها هذا الرابط أو حلّ محله رابط أحدث.`,
        means: "لم يُربط شيء ولم يُحفظ شيء.",
        todo: "اطلب من وكالتك رابطًا جديدًا.",
      },
      invite_unknown: {
        title: "لا شيء خلف هذا الرابط",
        happened: "لا يعود هذا العنوان إلى أي دعوة. ربما سقط حرف من آخره.",
        means: "لم يُربط شيء ولم يُحفظ شيء.",
        todo: "انسخ الرابط كاملًا من رسالة وكالتك، أو اطلب رابطًا جديدًا.",
      },
      busy: {
        title: "محاولات كثيرة في وقت قصير",
        happened: "استُخدم هذا الرابط عدة مرات خلال فترة قصيرة.",
        means: "دعوتك سليمة. لم يُربط شيء ولم يُحفظ شيء.",
        todo: "انتظر دقيقة ثم ابدأ من جديد.",
      },
      tiktok_unavailable: {
        title: "تيك توك لا يستجيب",
        happened: "طلبنا من تيك توك إكمال الربط ولم يصلنا رد.",
        means: "لم يُربط شيء. وتبقى دعوتك صالحة.",
        todo: "حاول مرة أخرى بعد بضع دقائق.",
      },
    },
  },

  scopes: {
    "user.info.basic": "الاسم والصورة",
    "user.info.profile": "المعرّف والنبذة",
    "user.info.stats": "أعداد المتابِعين والمتابَعين والإعجابات والمقاطع",
    "video.list": "المقاطع العامة وأرقامها",
  },

  confirm: {
    title: "هل هذا هو الحساب الصحيح؟",
    body: (agency, expected, actual) =>
      `دعت ${isolated(agency)} الحساب ${atHandle(expected)}، وأنت في تيك توك مسجّل باسم ${atHandle(actual)}. لن يُربط شيء حتى تختار.`,
    yes: (handle) => `نعم، اربط ${atHandle(handle)}`,
    other: "استخدم حسابًا آخر",
    otherHow: "«استخدم حسابًا آخر» يعيدك إلى تيك توك حيث يمكنك تبديل الحساب.",
  },

  creator: {
    title: (agency) => `ارتباطك مع ${isolated(agency)}`,
    hello: (name) => `مرحبًا ${isolated(name)}`,
    connected: "متصل",
    expired: "انتهى الاتصال",
    synced: (when) => `آخر تحديث ${when}`,
    firstSync: "التحديث الأول في الطريق",
    since: (date) => `متصل منذ ${date}`,
    justConnected: {
      title: "تم الربط",
      body: (agency) =>
        `ترى ${isolated(agency)} الآن ما وافقت عليه. هذه الصفحة لك: احتفظ بعنوانها، فهي لا تحتاج إلى كلمة مرور، ولا تشاركها مع أحد.`,
    },
    notices: {
      live_on: "صارت أرقام البث المباشر مسموحة من الآن.",
      live_off: "أرقام البث المباشر متوقفة. لم يعد شيء من بثوثك يُتابَع.",
    },
    expiredBody: {
      lead: "لم يعد تيك توك يسمح لنا بالدخول، ولذلك لا يُقرأ شيء جديد. للاستمرار اطلب من وكالتك رابطًا جديدًا.",
      purge: (date) => `وإلا فسيُحذف المحفوظ في موعد أقصاه ${date}.`,
    },
    syncProblem: "لم ينجح آخر تحديث",
    lastLive: {
      title: "آخر بث مباشر",
      running: "مباشر الآن",
      diamonds: "ماسة",
      hours: "ساعات البث",
      viewers: "متوسط المشاهدين",
    },
    live: {
      title: "أرقام البث المباشر",
      detail: "أعداد الماسات والساعات والمشاهدين فقط، بلا أسماء.",
      on: "مفعّل",
      off: "متوقف",
      since: (date, wording) => `وافقت في ${date}، الصيغة ${isolated(wording)}.`,
      waiting: "لم تفعّل وكالتك أرقام البث المباشر. لا يُتابَع شيء قبل ذلك.",
      running: "أرقام البث المباشر مفعّلة لدى وكالتك.",
    },
    stored: {
      title: "ما المحفوظ عني",
      none: "غير محفوظ",
      given: "محفوظة",
      granted: "ما منحته",
      profile: "ملفك",
      videos: "مقاطعك العامة",
      eachVideo: "عن كل مقطع",
      history: "السجل",
      snapshots: "الأعداد اليومية",
      sessions: "البثوث المباشرة",
      minutes: "دقائق البث",
      since: (date) => `منذ ${date}`,
      tokens: "الوصول إلى تيك توك",
      tokensValue: "مفتاحان مشفّران. لا يستطيع أحد قراءتهما، ولا تعرضهما أي صفحة.",
      more: "لتصحيح شيء منه أو للحصول على نسخة اكتب إلى ",
    },
    fields: {
      open_id: "معرّفك لدى تيك توك هنا",
      union_id: "معرّفك لدى تيك توك مع هذا المطوّر",
      display_name: "الاسم",
      avatar_url_100: "الصورة",
      username: "المعرّف",
      bio_description: "النبذة",
      follower_count: "المتابِعون",
      following_count: "المتابَعون",
      likes_count: "الإعجابات",
      video_count: "المقاطع",
      id: "الرقم",
      title: "العنوان",
      cover_image_url: "صورة الغلاف",
      embed_link: "رابط المشغّل",
      duration: "المدة",
      create_time: "وقت النشر",
      view_count: "المشاهدات",
      like_count: "الإعجابات",
      comment_count: "التعليقات",
      share_count: "المشاركات",
    },
    disconnect: {
      title: "قطع الاتصال",
      summary: `يتوقف الوصول فورًا، وتُحذف بيانات تيك توك خلال ${days(RETENTION_DAYS.tiktokAfterDisconnect)} كحد أقصى.`,
      steps: (agency) => [
        "نطلب من تيك توك فورًا سحب وصولنا.",
        `من تلك اللحظة لا ترى ${isolated(agency)} شيئًا منها.`,
        `يُحذف الملف والمقاطع والأعداد اليومية وأرقام البث مباشرةً، ولا يتأخر ذلك عن ${days(RETENTION_DAYS.tiktokAfterDisconnect)} أبدًا.`,
        "ما كتبته وكالتك بنفسها، مثل تواريخ عقدك، يبقى لديها.",
      ],
      undo: "لا يمكن التراجع عن هذا. للربط من جديد تحتاج إلى رابط جديد من وكالتك.",
      button: "اقطع الاتصال واحذف",
    },
    footer: "لا أسماء للمشاهدين، ولا إعلانات، ولا بيع للبيانات",
  },

  gone: {
    title: "انقطع الاتصال",
    never: "أنت غير متصل",
    body: (agency) => `لم تعد ${isolated(agency)} ترى شيئًا من حسابك في تيك توك.`,
    revokedAtTiktok: "أزلت الوصول في تيك توك، وقد اكتشفنا ذلك.",
    deleted: "حُذف",
    deleting: "قيد الحذف",
    counts: { videos: "المقاطع", snapshots: "الأعداد اليومية", sessions: "البثوث المباشرة", minutes: "دقائق البث" },
    certificate: "الشهادة",
    deletedOn: "تاريخ الحذف",
    dueBy: "يُحذف في موعد أقصاه",
    access: "الوصول لدى تيك توك",
    accessState: {
      withdrawn: "سُحب، وأكّد تيك توك ذلك",
      pending: "قيد السحب، ولم يؤكد تيك توك بعد",
      failed: "أُتلفت مفاتيحنا لكن تيك توك لم يؤكد. يمكنك إزالتنا هناك ضمن التطبيقات المتصلة.",
    },
    keep: "تحوي الشهادة أعدادًا وتاريخًا ولا شيء عنك. احتفظ برقمها إن أردت سؤالنا عنها يومًا.",
    again: "للربط من جديد اطلب من وكالتك رابطًا جديدًا.",
  },

  error: {
    request: "رقم الطلب",
    home: "إلى الصفحة الرئيسية",
  },

  counts: {
    videos: { one: "مقطع واحد", two: "مقطعان", few: "# مقاطع", many: "# مقطعًا", other: "# مقطع" },
    snapshots: { one: "يوم واحد", two: "يومان", few: "# أيام", many: "# يومًا", other: "# يوم" },
    sessions: { one: "بث واحد", two: "بثّان", few: "# بثوث", many: "# بثًا", other: "# بث" },
    minutes: { one: "دقيقة واحدة", two: "دقيقتان", few: "# دقائق", many: "# دقيقة", other: "# دقيقة" },
  },

  home: homeAr,

  policy: {
    language: "هذا النص متاح بالإنجليزية، وهي صيغته المعتمدة.",
    updated: (date, version) => `الإصدار ${isolated(version)}، آخر تحديث ${date}`,
    contents: "في هذه الصفحة",
  },

  days,
};
