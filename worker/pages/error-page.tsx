import type { Lang } from "./lang.ts";
import { Page } from "./layout.tsx";
import { wordsOf } from "./words/words.ts";

export interface ErrorPageProps {
  lang?: Lang;
  /** HTTP status. */
  status: number;
  /** What happened, and to what; what to do. In plain words. */
  title: string;
  detail: string;
  requestId: string;
}

/** What a navigation gets where a program would get problem+json. */
export const ErrorPage = ({ lang = "en", status, title, detail, requestId }: ErrorPageProps) => {
  const { error } = wordsOf(lang);
  return (
    <Page title={title} lang={lang} kind="notice" personal>
      <div class="column">
        <p class="quiet">{status}</p>
        <h1>{title}</h1>
        <p>{detail}</p>
        <p class="quiet">
          {error.request} <bdi dir="ltr">{requestId}</bdi>
        </p>
        <div class="buttons">
          <a class="button" href={`/?lang=${lang}`}>
            {error.home}
          </a>
        </div>
      </div>
    </Page>
  );
};
