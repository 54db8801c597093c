import type { Lang } from "./lang.ts";
import { Page } from "./layout.tsx";
import { Avatar } from "./parts.tsx";
import { wordsOf } from "./words/words.ts";

export interface ConfirmAccountPageProps {
  lang: Lang;
  agency: { name: string };
  /** Without @: whom the agency invited, and who signed in on TikTok. */
  rosterHandle: string;
  tiktokHandle: string;
  tiktokName: string | null;
  avatarUrl: string | null;
  token: string;
  /** Names the answer that is being held back until the creator decides. */
  confirmId: string;
}

/**
 * TikTok answered with another account than the one on the roster: nothing is connected until
 * the creator says which is right. "Yes" posts `confirm`; the other way starts again at TikTok,
 * which asks for the account every time.
 */
export const ConfirmAccountPage = (props: ConfirmAccountPageProps) => {
  const { lang, tiktokHandle, token } = props;
  const { confirm } = wordsOf(lang);
  const path = `/connect/${encodeURIComponent(token)}`;
  return (
    <Page title={confirm.title} lang={lang} kind="notice" personal>
      <form method="post" action={`${path}/confirm`} class="column">
        <input type="hidden" name="lang" value={lang} />
        <input type="hidden" name="confirm" value={props.confirmId} />
        <h1>{confirm.title}</h1>
        <p>{confirm.body(props.agency.name, props.rosterHandle, tiktokHandle)}</p>
        <div class="person">
          <Avatar name={props.tiktokName ?? tiktokHandle} url={props.avatarUrl} />
          <div>
            <p class="person-name">
              <bdi>{props.tiktokName ?? tiktokHandle}</bdi>
            </p>
            <p class="quiet">
              <bdi dir="ltr">@{tiktokHandle}</bdi>
            </p>
          </div>
        </div>
        <div class="buttons">
          <a class="button" href={`${path}?lang=${lang}`}>
            {confirm.other}
          </a>
          <button class="button primary" type="submit">
            {confirm.yes(tiktokHandle)}
          </button>
        </div>
        <p class="quiet">{confirm.otherHow}</p>
      </form>
    </Page>
  );
};
