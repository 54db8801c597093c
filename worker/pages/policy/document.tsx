import type { Child } from "hono/jsx";
import { day } from "../format.ts";
import type { Lang } from "../lang.ts";
import { Page } from "../layout.tsx";
import { wordsOf } from "../words/words.ts";

export interface PolicySection {
  /** Anchor; stable, since mails and the consent page point at it. */
  id: string;
  title: string;
  body: Child;
}

export interface PolicyDocumentProps {
  lang: Lang;
  title: string;
  description: string;
  /** Stored with every acknowledgement. */
  version: string;
  /** ms since epoch. */
  updatedAt: number;
  path: "/privacy" | "/terms";
  intro: Child;
  sections: readonly PolicySection[];
}

/**
 * A legal text: contents, numbered sections, version and date. The text itself is English, the
 * version that binds; around it the page speaks the reader's language and says so.
 */
export const PolicyDocument = (props: PolicyDocumentProps) => {
  const { policy } = wordsOf(props.lang);
  return (
    <Page
      title={props.title}
      lang={props.lang}
      kind="policy"
      description={props.description}
      langHref={(other) => `${props.path}?lang=${other}`}
    >
      {props.lang === "en" ? null : <p class="column quiet">{policy.language}</p>}
      <article class="column" lang="en" dir="ltr">
        <h1>{props.title}</h1>
        <p class="quiet">{wordsOf("en").policy.updated(day("en", props.updatedAt), props.version)}</p>
        {props.intro}
        <nav class="contents" aria-label={policy.contents}>
          <ol>
            {props.sections.map((section) => (
              <li>
                <a href={`#${section.id}`}>{section.title}</a>
              </li>
            ))}
          </ol>
        </nav>
        {props.sections.map((section, index) => (
          <section id={section.id}>
            <h2>
              {index + 1}. {section.title}
            </h2>
            {section.body}
          </section>
        ))}
      </article>
    </Page>
  );
};
