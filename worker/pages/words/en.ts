import { MINIMUM_AGE_YEARS, RETENTION_DAYS } from "../../../domain/retention.ts";
import { atHandle, counted, isolated, type PluralForms } from "../format.ts";
import { DAYS } from "./days.ts";
import { homeEn } from "./home-en.ts";

const days = (n: number): string => counted("en", n, DAYS.en);
const forms = (one: string, other: string): PluralForms => ({ one: `# ${one}`, other: `# ${other}` });

/**
 * Every word of the connect, creator and error pages in English. Its shape is the
 * contract for the other languages. Names go in through `isolated`, handles through `atHandle`,
 * so that a sentence keeps its order whichever way a name runs.
 */
export const en = {
  site: {
    skip: "Skip to content",
    operator: "Etica Production, Dubai, United Arab Emirates",
    privacy: "Privacy policy",
    terms: "Terms",
    legal: "Legal",
    languageSwitch: "Read this page in Arabic",
  },

  connect: {
    title: (agency: string) => `${isolated(agency)} asks to see your TikTok account`,
    from: (inviter: string, handle: string | null, until: string) =>
      `From ${isolated(inviter)}${handle === null ? "" : ` to ${atHandle(handle)}`}. Valid until ${until}.`,
    sees: "What they will see",
    exactly: "Every field, as TikTok names it",
    never: "What never happens",
    optional: "Optional",
    stop: "How to stop",
    stopWays: {
      onPage: "Any time: on your own page here, in TikTok under ",
      connectedApps: "Connected apps",
      orMail: ", or by writing to ",
    },
    go: "Continue to TikTok",
    decline: "No, thanks",
    once: `For people aged ${MINIMUM_AGE_YEARS} and over. TikTok asks you once more.`,
  },

  declined: {
    title: "Nothing was shared",
    body: (agency: string) =>
      `You did not connect, so ${isolated(agency)} sees nothing of your TikTok account. They are not told that you opened this page or why you left it.`,
    later: (until: string) => `The link stays valid until ${until}, should you change your mind.`,
    back: "Read it again",
  },

  problem: {
    retry: "Try again",
    meaning: "What this means",
    todo: "What to do",
    missing: "Not granted",
    codes: {
      state_invalid: {
        title: "This visit could not be matched to your link",
        happened: "You came back from TikTok, but not in the browser or within the time in which you left.",
        means: "We threw the answer away. Nothing was connected and nothing was stored.",
        todo: "Open your agency's link again and finish in the same browser, within ten minutes.",
      },
      denied: {
        title: "You said no on TikTok",
        happened: "TikTok told us that the request was declined.",
        means: "Nothing was connected and nothing was stored. Your agency is not told.",
        todo: "Nothing, if that is what you wanted. Otherwise start again; TikTok will ask once more.",
      },
      scope_missing: {
        title: "Something was left unticked on TikTok",
        happened: "TikTok lets you untick single permissions, and at least one that is needed was not granted.",
        means:
          "Without all of them your agency would see half a picture, so nothing was connected and nothing was stored.",
        todo: "Start again and leave every permission ticked. All of them only read. If you would rather not, close this page.",
      },
      exchange_failed: {
        title: "TikTok did not complete the connection",
        happened: "You agreed, but TikTok refused to hand over the access that it had just granted.",
        means: "Nothing was connected and nothing was stored. This is rarely anything that you did.",
        todo: "Start again in a minute. If it happens twice, tell your agency.",
      },
      invite_used: {
        title: "This link has done its work",
        happened: "A TikTok account was already connected with it, and a link works once.",
        means: "If that was you, everything is in place. Your own page has its own address; keep that one.",
        todo: "If it was not you, tell your agency at once and ask for a new link.",
      },
      invite_expired: {
        title: "This link is too old",
        happened: `A link to connect works for ${days(RETENTION_DAYS.connectInvite)}, and this one is past that, or a newer one took its place.`,
        means: "Nothing was connected and nothing was stored.",
        todo: "Ask your agency for a new link.",
      },
      invite_unknown: {
        title: "There is nothing behind this link",
        happened: "The address does not belong to any invitation. A character may be missing from its end.",
        means: "Nothing was connected and nothing was stored.",
        todo: "Copy the whole link from your agency's message, or ask for a new one.",
      },
      busy: {
        title: "Too many tries at once",
        happened: "This link was used several times within a short while.",
        means: "Your invitation is unharmed. Nothing was connected and nothing was stored.",
        todo: "Wait a minute, then start again.",
      },
      tiktok_unavailable: {
        title: "TikTok is not answering",
        happened: "We asked TikTok to finish the connection and got no answer.",
        means: "Nothing was connected. Your invitation stays valid.",
        todo: "Try again in a few minutes.",
      },
    },
  },

  scopes: {
    "user.info.basic": "Name and picture",
    "user.info.profile": "Handle and bio",
    "user.info.stats": "Follower, following, like and video counts",
    "video.list": "Public videos and their numbers",
  },

  confirm: {
    title: "Is this the right account?",
    body: (agency: string, expected: string, actual: string) =>
      `${isolated(agency)} invited ${atHandle(expected)}, and on TikTok you are signed in as ${atHandle(actual)}. Nothing is connected until you choose.`,
    yes: (handle: string) => `Yes, connect ${atHandle(handle)}`,
    other: "Use another account",
    otherHow: "“Use another account” takes you back to TikTok, where you can switch.",
  },

  creator: {
    title: (agency: string) => `Your connection to ${isolated(agency)}`,
    hello: (name: string) => `Hello ${isolated(name)}`,
    connected: "Connected",
    expired: "Connection expired",
    synced: (when: string) => `updated ${when}`,
    firstSync: "first update on its way",
    since: (date: string) => `Connected since ${date}`,
    justConnected: {
      title: "You are connected",
      body: (agency: string) =>
        `${isolated(agency)} now sees what you agreed to. This page is yours: keep its address, it needs no password, and do not pass it on.`,
    },
    notices: {
      live_on: "LIVE figures are allowed from now on.",
      live_off: "LIVE figures are off. Nothing of your LIVEs is followed any more.",
    },
    expiredBody: {
      lead: "TikTok no longer lets us in, so nothing new is read. To go on, ask your agency for a new link.",
      purge: (date: string) => `Otherwise what is stored is deleted by ${date}.`,
    },
    syncProblem: "The last update did not work",
    lastLive: {
      title: "Last LIVE",
      running: "LIVE now",
      diamonds: "diamonds",
      hours: "hours live",
      viewers: "average viewers",
    },
    live: {
      title: "LIVE figures",
      detail: "Counts of diamonds, hours and viewers. Never a viewer's name.",
      on: "On",
      off: "Off",
      since: (date: string, wording: string) => `Agreed on ${date}, wording ${wording}.`,
      waiting: "Your agency has not switched LIVE figures on. Nothing is followed until it does.",
      running: "Your agency has LIVE figures switched on.",
    },
    stored: {
      title: "What is stored about me",
      none: "Not stored",
      given: "stored",
      granted: "You granted",
      profile: "Your profile",
      videos: "Your public videos",
      eachVideo: "Of each video",
      history: "History",
      snapshots: "Daily counts",
      sessions: "LIVEs",
      minutes: "LIVE minutes",
      since: (date: string) => `since ${date}`,
      tokens: "Access to TikTok",
      tokensValue: "Two keys, encrypted. No person can read them, and no page ever shows them.",
      more: "To have any of it corrected, or a copy sent to you, write to ",
    },
    fields: {
      open_id: "TikTok's id for you here",
      union_id: "TikTok's id for you with this developer",
      display_name: "Name",
      avatar_url_100: "Picture",
      username: "Handle",
      bio_description: "Bio",
      follower_count: "Followers",
      following_count: "Following",
      likes_count: "Likes",
      video_count: "Videos",
      id: "id",
      title: "title",
      cover_image_url: "cover picture",
      embed_link: "player link",
      duration: "length",
      create_time: "time of posting",
      view_count: "views",
      like_count: "likes",
      comment_count: "comments",
      share_count: "shares",
    },
    disconnect: {
      title: "Disconnect",
      summary: `Access ends at once. What came from TikTok is deleted, at the latest after ${days(RETENTION_DAYS.tiktokAfterDisconnect)}.`,
      steps: (agency: string) => [
        "We tell TikTok at once to withdraw our access.",
        `From that moment ${isolated(agency)} sees none of it.`,
        `Profile, videos, daily counts and LIVE figures are deleted straight away, and never later than after ${days(RETENTION_DAYS.tiktokAfterDisconnect)}.`,
        "What your agency typed in itself, such as your contract dates, stays with your agency.",
      ],
      undo: "This cannot be undone. To connect again you need a new link from your agency.",
      button: "Disconnect and delete",
    },
    footer: "No viewer names, no ads, nothing sold",
  },

  gone: {
    title: "You are disconnected",
    never: "You are not connected",
    body: (agency: string) => `${isolated(agency)} no longer sees anything of your TikTok account.`,
    revokedAtTiktok: "You removed the access in TikTok, and we found it.",
    deleted: "Deleted",
    deleting: "Being deleted",
    counts: { videos: "Videos", snapshots: "Daily counts", sessions: "LIVEs", minutes: "LIVE minutes" },
    certificate: "Certificate",
    deletedOn: "Deleted on",
    dueBy: "Deleted by, at the latest",
    access: "Access at TikTok",
    accessState: {
      withdrawn: "Withdrawn, TikTok confirmed it",
      pending: "Being withdrawn, TikTok has not confirmed yet",
      failed: "Our keys are destroyed, but TikTok did not confirm. You can remove us there under Connected apps.",
    },
    keep: "The certificate holds counts and a date, nothing about you. Keep its number if you ever want to ask us about it.",
    again: "To connect again, ask your agency for a new link.",
  },

  error: {
    request: "Request",
    home: "To the start page",
  },

  counts: {
    videos: forms("video", "videos"),
    snapshots: forms("day", "days"),
    sessions: forms("LIVE", "LIVEs"),
    minutes: forms("minute", "minutes"),
  },

  home: homeEn,

  policy: {
    language: "This text is written in English, and that version binds.",
    updated: (date: string, version: string) => `Version ${version}, last updated ${date}`,
    contents: "On this page",
  },

  days,
};

export type Words = typeof en;
