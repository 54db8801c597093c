import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import { Icon, Mark } from "./icons.tsx";
import { directionOf, LANG_NAMES, type Lang, otherLang } from "./lang.ts";
import { wordsOf } from "./words/words.ts";

export interface PageProps {
  /** Of the tab; the product's name is added. */
  title: string;
  lang: Lang;
  /** Which page this is: the class of `<body>`, so that a page's CSS stays its own. */
  kind: "connect" | "notice" | "creator" | "policy" | "home";
  children: Child;
  /** A stable word for programs: why a page is a refusal (`http.md`, "Callback"). */
  code?: string;
  /** For search results, on pages that want to be found. */
  description?: string;
  /** Belongs to one person, or is an error: out of search engines. */
  personal?: boolean;
  /** Address of this page in a language, without which there is no switch (an answer to a POST has none). */
  langHref?: (lang: Lang) => string;
  /** Between the brand and the language switch. */
  nav?: Child;
  /** After the language switch. */
  actions?: Child;
  /** Instead of the usual footer; null for none. */
  footer?: Child;
}

const Switch = ({ lang, href }: { lang: Lang; href: (lang: Lang) => string }) => {
  const other = otherLang(lang);
  return (
    <a class="switch-lang" href={href(other)} hreflang={other} lang={other} title={wordsOf(lang).site.languageSwitch}>
      <Icon name="globe" />
      {LANG_NAMES[other]}
    </a>
  );
};

/** Operator and the two legal pages: what stands at the end of every page. */
export const SiteFooter = ({ lang }: { lang: Lang }) => {
  const { site } = wordsOf(lang);
  return (
    <footer class="site-footer">
      <div class="wrap">
        <span>{site.operator}</span>
        <nav aria-label={site.legal}>
          <a href={`/privacy?lang=${lang}`}>{site.privacy}</a>
          <a href={`/terms?lang=${lang}`}>{site.terms}</a>
          <a href="mailto:privacy@etica.app">
            <bdi dir="ltr">privacy@etica.app</bdi>
          </a>
        </nav>
      </div>
    </footer>
  );
};

/**
 * The frame of every page that the server renders: one stylesheet, no script, nothing inline,
 * so that `default-src 'none'; style-src 'self'; img-src …; form-action 'self'` is all it needs.
 */
export const Page = (props: PageProps) => {
  const { lang } = props;
  const words = wordsOf(lang);
  return (
    <>
      {raw("<!doctype html>")}
      <html lang={lang} dir={directionOf(lang)}>
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>{props.title} · Etica Pro CRM</title>
          {props.description === undefined ? null : <meta name="description" content={props.description} />}
          {props.code === undefined ? null : <meta name="code" content={props.code} />}
          {props.personal === true ? <meta name="robots" content="noindex, nofollow" /> : null}
          {/* Addresses carry tokens, so no other site gets one; not `no-referrer`, under which a form's Origin is `null`. */}
          <meta name="referrer" content="same-origin" />
          <meta name="color-scheme" content="light dark" />
          <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
          <link rel="stylesheet" href="/assets/site.css" />
        </head>
        <body class={`page-${props.kind}`}>
          <a class="skip" href="#main">
            {words.site.skip}
          </a>
          <header class="site-header">
            <div class="wrap">
              <a class="brand" href={`/?lang=${lang}`}>
                <Mark />
                <bdi dir="ltr">Etica Pro CRM</bdi>
              </a>
              {props.nav}
              <span class="header-end">
                {props.langHref === undefined ? null : <Switch lang={lang} href={props.langHref} />}
                {props.actions}
              </span>
            </div>
          </header>
          <main id="main" tabindex={-1}>
            {props.children}
          </main>
          {props.footer === undefined ? <SiteFooter lang={lang} /> : props.footer}
        </body>
      </html>
    </>
  );
};
