import { RETENTION_DAYS } from "../../domain/retention.ts";
import { ExampleChoice, ExampleOrigins, ExampleProof, ExampleTable } from "./home-figures.tsx";
import type { Lang } from "./lang.ts";
import { Page } from "./layout.tsx";
import { Point } from "./parts.tsx";
import { wordsOf } from "./words/words.ts";

/** `/`: what the product is, shown rather than claimed, and the promise in numbers. */
export const HomePage = ({ lang }: { lang: Lang }) => {
  const words = wordsOf(lang);
  const { home } = words;
  const kept = [
    [RETENTION_DAYS.tiktokAfterDisconnect, home.kept.tiktok],
    [RETENTION_DAYS.recordsAfterClosure, home.kept.records],
    [RETENTION_DAYS.operationalLogs, home.kept.logs],
    [RETENTION_DAYS.backups, home.kept.backups],
    [RETENTION_DAYS.policyNotice, home.kept.notice],
  ] as const;
  return (
    <Page
      title={home.title}
      lang={lang}
      kind="home"
      description={home.description}
      langHref={(other) => `/?lang=${other}`}
      nav={
        <nav class="site-nav" aria-label={home.nav.label}>
          <a href="#product">{home.nav.product}</a>
          <a href="#diamonds">{home.nav.diamonds}</a>
          <a href="#kept">{home.nav.kept}</a>
        </nav>
      }
      actions={
        <>
          <a class="sign-in" href="/app/sign-in">
            {home.signIn}
          </a>
          <a class="button primary" href="/app/register">
            {home.register}
          </a>
        </>
      }
    >
      <div class="sheet">
        <section class="hero">
          <h1>
            {home.headline.map((line) => (
              <span>{line} </span>
            ))}
          </h1>
          <div>
            <p class="lead">{home.lead}</p>
            <div class="buttons">
              <a class="button primary" href="/app/register">
                {home.register}
              </a>
              <a class="button" href="/app/sign-in">
                {home.signIn}
              </a>
            </div>
          </div>
        </section>

        <figure id="product" class="window">
          <ExampleTable lang={lang} />
          <p class="quiet">{home.table.foot}</p>
          <figcaption class="quiet">{home.example}</figcaption>
        </figure>

        <div id="diamonds" class="thirds">
          <section>
            <ExampleProof lang={lang} />
            <h2>{home.proof.title}</h2>
            <p>{home.proof.body}</p>
          </section>
          <section>
            <ExampleOrigins lang={lang} />
            <h2>{home.origin.title}</h2>
            <p>{home.origin.body}</p>
          </section>
          <section>
            <ExampleChoice lang={lang} />
            <h2>{home.consent.title}</h2>
            <p>{home.consent.body}</p>
          </section>
        </div>

        <div id="kept" class="promise">
          <section>
            <h2>{home.kept.title}</h2>
            <dl>
              {kept.map(([days, what]) => (
                <div>
                  <dt>{words.days(days)}</dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
          <section>
            <h2>{home.cannot.title}</h2>
            <ul class="points">
              {home.cannot.items.map((item) => (
                <Point icon="cross">{item}</Point>
              ))}
            </ul>
          </section>
        </div>
      </div>
    </Page>
  );
};
