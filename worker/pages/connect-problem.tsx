import type { TiktokScope } from "../../domain/tiktok-fields.ts";
import type { Lang } from "./lang.ts";
import { Page } from "./layout.tsx";
import { type Words, wordsOf } from "./words/words.ts";

/** Why a creator could not connect; the page says it in `<meta name="code">`. */
export type ConnectProblemCode = keyof Words["problem"]["codes"];

/** Every code, for the routes and the tests. */
export const CONNECT_PROBLEM_CODES = [
  "state_invalid",
  "denied",
  "scope_missing",
  "exchange_failed",
  "invite_used",
  "invite_expired",
  "invite_unknown",
  "busy",
  "tiktok_unavailable",
] as const satisfies readonly ConnectProblemCode[];

export interface ConnectProblemPageProps {
  lang: Lang;
  code: ConnectProblemCode;
  /** `scope_missing`: what TikTok did not grant. */
  missingScopes?: readonly TiktokScope[];
  /** Where starting again is possible, the connect page's address. */
  retryUrl?: string;
}

/** What happened, what it means and what to do. Never loops back to TikTok by itself. */
export const ConnectProblemPage = ({ lang, code, missingScopes = [], retryUrl }: ConnectProblemPageProps) => {
  const { problem, scopes } = wordsOf(lang);
  const text = problem.codes[code];
  return (
    <Page title={text.title} lang={lang} kind="notice" code={code} personal>
      <div class="column">
        <h1>{text.title}</h1>
        <p>{text.happened}</p>
        {missingScopes.length === 0 ? null : (
          <>
            <h2>{problem.missing}</h2>
            <ul class="plain">
              {missingScopes.map((scope) => (
                <li>
                  {scopes[scope]} <code dir="ltr">{scope}</code>
                </li>
              ))}
            </ul>
          </>
        )}
        <h2>{problem.meaning}</h2>
        <p>{text.means}</p>
        <h2>{problem.todo}</h2>
        <p>{text.todo}</p>
        {retryUrl === undefined ? null : (
          <div class="buttons">
            <a class="button primary" href={retryUrl}>
              {problem.retry}
            </a>
          </div>
        )}
      </div>
    </Page>
  );
};
