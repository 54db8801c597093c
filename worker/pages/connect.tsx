import { TIKTOK_FIELDS, TIKTOK_SCOPES } from "../../domain/tiktok-fields.ts";
import { type ConsentWording, type LiveText, TIKTOK_WORDING } from "./consent-wording.ts";
import { soon } from "./format.ts";
import { Icon } from "./icons.tsx";
import type { Lang } from "./lang.ts";
import { Page } from "./layout.tsx";
import { Avatar, CONNECTED_APPS_URL, Point, PrivacyMail } from "./parts.tsx";
import { wordsOf } from "./words/words.ts";

export interface ConnectPageProps {
  lang: Lang;
  agency: { name: string };
  /** The member of staff who made the invitation. */
  invitedBy: string;
  /** The roster's handle without @, null when the agency does not know it. */
  handle: string | null;
  /** ms since epoch. */
  expiresAt: number;
  token: string;
  liveWording: ConsentWording<LiveText>;
}

const connectPath = (token: string): string => `/connect/${encodeURIComponent(token)}`;

const Granted = ({ lang }: { lang: Lang }) => {
  const { scopes, connect } = wordsOf(lang);
  return (
    <details class="fold">
      <summary>
        {connect.exactly}
        <Icon name="chevron" />
      </summary>
      <dl>
        {TIKTOK_SCOPES.map((scope) => (
          <div>
            <dt>{scopes[scope]}</dt>
            <dd>
              <bdi dir="ltr">{TIKTOK_FIELDS[scope].join(", ")}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
};

/**
 * `GET /connect/:token`: who asks, what they will see, what never happens, how to stop. LIVE is
 * a choice of its own and starts unticked. Reading the page consumes nothing; the form posts
 * `live=on` or nothing, the wording that was read, and the language to go on in.
 */
export const ConnectPage = (props: ConnectPageProps) => {
  const { lang, agency, token } = props;
  const { connect, site } = wordsOf(lang);
  const text = TIKTOK_WORDING[lang];
  const live = props.liveWording[lang];
  const path = connectPath(token);
  return (
    <Page
      title={connect.title(agency.name)}
      lang={lang}
      kind="connect"
      personal
      langHref={(other) => `${path}?lang=${other}`}
      footer={null}
    >
      <form method="post" action={path} class="column">
        <input type="hidden" name="lang" value={lang} />
        <input type="hidden" name="wording" value={TIKTOK_WORDING.version} />
        <input type="hidden" name="live_wording" value={props.liveWording.version} />

        <div class="asker">
          <Avatar name={agency.name} square />
          <h1>{connect.title(agency.name)}</h1>
        </div>
        <p class="quiet">{connect.from(props.invitedBy, props.handle, soon(lang, props.expiresAt))}</p>

        <h2>{connect.sees}</h2>
        <ul class="points">
          <Point icon="user">{text.sees.profile}</Point>
          <Point icon="chart">{text.sees.stats}</Point>
          <Point icon="play">{text.sees.videos}</Point>
        </ul>
        <Granted lang={lang} />

        <h2>{connect.never}</h2>
        <ul class="points">
          {text.never.map((sentence) => (
            <Point icon="cross">{sentence}</Point>
          ))}
        </ul>

        <label class="choice">
          <input type="checkbox" name="live" value="on" aria-describedby="live-detail" />
          <span class="choice-title">{live.title}</span>
          <span class="quiet">{connect.optional}</span>
          <span class="choice-detail" id="live-detail">
            {live.detail}
          </span>
        </label>

        <h2>{connect.stop}</h2>
        <p>
          {connect.stopWays.onPage}
          <a href={CONNECTED_APPS_URL} rel="noreferrer">
            {connect.stopWays.connectedApps}
          </a>
          {connect.stopWays.orMail}
          <PrivacyMail />
          {". "}
          {text.stop}
        </p>

        <div class="bar">
          <div class="buttons">
            <a class="button" href={`${path}?declined=1&lang=${lang}`}>
              {connect.decline}
            </a>
            <button class="button primary" type="submit">
              {connect.go}
              <Icon name="arrow" />
            </button>
          </div>
          <p class="quiet">
            {connect.once}
            <br />
            <a href={`/privacy?lang=${lang}`}>{site.privacy}</a>
            {" · "}
            <a href={`/terms?lang=${lang}`}>{site.terms}</a>
          </p>
        </div>
      </form>
    </Page>
  );
};

export type DeclinedPageProps = Pick<ConnectPageProps, "lang" | "agency" | "expiresAt" | "token">;

/** `GET /connect/:token?declined=1`: nothing was shared, nobody is told, the link stays valid. */
export const DeclinedPage = ({ lang, agency, expiresAt, token }: DeclinedPageProps) => {
  const { declined } = wordsOf(lang);
  const path = connectPath(token);
  return (
    <Page
      title={declined.title}
      lang={lang}
      kind="notice"
      personal
      langHref={(other) => `${path}?declined=1&lang=${other}`}
    >
      <div class="column">
        <h1>{declined.title}</h1>
        <p>{declined.body(agency.name)}</p>
        <p>{declined.later(soon(lang, expiresAt))}</p>
        <div class="buttons">
          <a class="button" href={`${path}?lang=${lang}`}>
            {declined.back}
          </a>
        </div>
      </div>
    </Page>
  );
};
