import type { ConnectionStatus } from "../../domain/records/creator.ts";
import { CreatorGonePage, type Deletion } from "./creator-gone.tsx";
import { type StoredProfile, type StoredRecords, StoredRecordsList } from "./creator-stored.tsx";
import { ago, day, hoursMinutes, number } from "./format.ts";
import { Icon } from "./icons.tsx";
import type { Lang } from "./lang.ts";
import { Page } from "./layout.tsx";
import { Avatar, Notice } from "./parts.tsx";
import { type Words, wordsOf } from "./words/words.ts";

/** Times are ms since epoch; what is not known is null. */
export interface CreatorPageProps {
  lang: Lang;
  /** Opens this page; whoever has it is the creator. */
  token: string;
  now: number;
  agency: { name: string };
  displayName: string;
  handle: string | null;
  avatarUrl: string | null;
  status: ConnectionStatus;
  connectedAt: number | null;
  lastSyncAt: number | null;
  /** In plain words, null when the last sync worked. */
  syncError: string | null;
  /** `expired`: when everything is deleted unless the connection is renewed. */
  purgeDueAt: number | null;
  scopes: readonly string[];
  profile: StoredProfile;
  stored: StoredRecords;
  liveConsent: { granted: boolean; grantedAt: number; wording: string } | null;
  liveEnabledByAgency: boolean;
  lastLive: LastLive | null;
  /** What a purge left behind; null while a connection stands. */
  deletion: Deletion | null;
  justConnected?: boolean;
  /** What the creator just did here. */
  notice?: keyof Words["creator"]["notices"];
}

export interface LastLive {
  running: boolean;
  startedAt: number;
  durationSeconds: number;
  diamonds: number;
  averageViewers: number | null;
}

const LastLiveCard = ({ lang, live }: { lang: Lang; live: LastLive }) => {
  const words = wordsOf(lang).creator.lastLive;
  const figures: readonly [string, string][] = [
    [number(lang, live.diamonds), words.diamonds],
    [hoursMinutes(live.durationSeconds), words.hours],
    [live.averageViewers === null ? "—" : number(lang, Math.round(live.averageViewers)), words.viewers],
  ];
  return (
    <section class="card">
      <header>
        <h2 class={live.running ? "is-live" : undefined}>{live.running ? words.running : words.title}</h2>
        <span class="quiet">{day(lang, live.startedAt)}</span>
      </header>
      <dl class="figures">
        {figures.map(([figure, label]) => (
          <div>
            <dt>{label}</dt>
            <dd>
              <bdi dir="ltr">{figure}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
};

/** The consent switch: a button that posts the other value, so that it works without a script. */
const LiveSwitch = ({ page, path }: { page: CreatorPageProps; path: string }) => {
  const words = wordsOf(page.lang).creator.live;
  const granted = page.liveConsent?.granted === true ? page.liveConsent : null;
  return (
    <form class="row" method="post" action={`${path}/live`}>
      <input type="hidden" name="lang" value={page.lang} />
      <input type="hidden" name="value" value={granted === null ? "on" : "off"} />
      <div class="row-text">
        <span id="live-title">{words.title}</span>
        <p class="quiet" id="live-detail">
          {words.detail}
          {granted === null ? null : ` ${page.liveEnabledByAgency ? words.running : words.waiting}`}
          {granted === null ? null : ` ${words.since(day(page.lang, granted.grantedAt), granted.wording)}`}
        </p>
      </div>
      <button
        class="switch"
        type="submit"
        role="switch"
        aria-checked={granted === null ? "false" : "true"}
        aria-labelledby="live-title"
        aria-describedby="live-detail"
      >
        <span class="switch-word">{granted === null ? words.off : words.on}</span>
        <span class="switch-track" />
      </button>
    </form>
  );
};

const Disconnect = ({ page, path }: { page: CreatorPageProps; path: string }) => {
  const words = wordsOf(page.lang).creator.disconnect;
  return (
    <details class="row-fold danger">
      <summary>
        <Icon name="unlink" />
        <span class="row-text">
          <span class="row-title">{words.title}</span>
          <span class="quiet">{words.summary}</span>
        </span>
        <Icon name="chevron" />
      </summary>
      <form method="post" action={`${path}/disconnect`}>
        <input type="hidden" name="lang" value={page.lang} />
        <ul class="plain">
          {words.steps(page.agency.name).map((step) => (
            <li>{step}</li>
          ))}
        </ul>
        <p>{words.undo}</p>
        <button class="button danger" type="submit">
          {words.button}
        </button>
      </form>
    </details>
  );
};

/** What the top of the page has to say: the first visit, what was just done, what went wrong. */
const Notices = ({ page }: { page: CreatorPageProps }) => {
  const words = wordsOf(page.lang).creator;
  return (
    <>
      {page.justConnected === true ? (
        <Notice tone="good">
          <strong>{words.justConnected.title}</strong>
          <p>{words.justConnected.body(page.agency.name)}</p>
        </Notice>
      ) : null}
      {page.notice === undefined ? null : <Notice tone="good">{words.notices[page.notice]}</Notice>}
      {page.status === "expired" ? (
        <Notice tone="warning">
          <strong>{words.expired}</strong>
          <p>
            {words.expiredBody.lead}{" "}
            {page.purgeDueAt === null ? null : words.expiredBody.purge(day(page.lang, page.purgeDueAt))}
          </p>
        </Notice>
      ) : null}
      {page.status === "active" && page.syncError !== null ? (
        <Notice tone="warning">
          <strong>{words.syncProblem}</strong>
          <p dir="auto">{page.syncError}</p>
        </Notice>
      ) : null}
    </>
  );
};

const ConnectedPage = (page: CreatorPageProps) => {
  const { lang, agency } = page;
  const words = wordsOf(lang).creator;
  const path = `/c/${encodeURIComponent(page.token)}`;
  const synced = page.lastSyncAt === null ? words.firstSync : words.synced(ago(lang, page.lastSyncAt, page.now));
  return (
    <Page
      title={words.title(agency.name)}
      lang={lang}
      kind="creator"
      personal
      langHref={(other) => `${path}?lang=${other}`}
    >
      <div class="column">
        <div class="greeting">
          <Avatar name={page.displayName} url={page.avatarUrl} />
          <div>
            <h1>{words.hello(page.displayName)}</h1>
            <p class="quiet">
              <bdi>{agency.name}</bdi>
              {" · "}
              {page.status === "active" ? words.connected : words.expired}
              {" · "}
              {synced}
            </p>
          </div>
        </div>
        <Notices page={page} />
        {page.lastLive === null ? null : <LastLiveCard lang={lang} live={page.lastLive} />}
        <section class="card rows">
          <LiveSwitch page={page} path={path} />
          <details class="row-fold">
            <summary>
              <Icon name="eye" />
              <span class="row-text">{words.stored.title}</span>
              <Icon name="chevron" />
            </summary>
            <StoredRecordsList
              lang={lang}
              connectedAt={page.connectedAt}
              scopes={page.scopes}
              profile={page.profile}
              stored={page.stored}
            />
          </details>
          <Disconnect page={page} path={path} />
        </section>
        <p class="quiet centred">{words.footer}</p>
      </div>
    </Page>
  );
};

/**
 * `/c/:token`, the creator's own page, without an account: what state the connection is in, what
 * is stored, the LIVE consent, and the way out. Once nothing is connected it says what was
 * deleted instead.
 */
export const CreatorPage = (page: CreatorPageProps) =>
  page.status === "active" || page.status === "expired" ? (
    <ConnectedPage {...page} />
  ) : (
    <CreatorGonePage
      lang={page.lang}
      token={page.token}
      agency={page.agency}
      status={page.status}
      deletion={page.deletion}
    />
  );
