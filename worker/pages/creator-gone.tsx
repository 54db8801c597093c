import type { ConnectionStatus } from "../../domain/records/creator.ts";
import { moment, number } from "./format.ts";
import type { Lang } from "./lang.ts";
import { Page } from "./layout.tsx";
import { wordsOf } from "./words/words.ts";

/** What a purge did, or is doing. Times are ms since epoch. */
export interface Deletion {
  /** Null until the purge is complete and certified. */
  certificateId: string | null;
  deletedAt: number | null;
  /** The promise's last moment. */
  dueAt: number;
  counts: { videos: number; snapshots: number; sessions: number; minutes: number };
  /** Whether TikTok confirmed that the tokens are dead. */
  revoked: boolean | "pending";
}

export interface CreatorGonePageProps {
  lang: Lang;
  token: string;
  agency: { name: string };
  status: Exclude<ConnectionStatus, "active" | "expired">;
  deletion: Deletion | null;
}

const COUNTED = ["videos", "snapshots", "sessions", "minutes"] as const;

const Proof = ({ lang, deletion }: { lang: Lang; deletion: Deletion }) => {
  const { gone } = wordsOf(lang);
  const access = deletion.revoked === "pending" ? "pending" : deletion.revoked ? "withdrawn" : ("failed" as const);
  return (
    <section class="card">
      <header>
        <h2>{deletion.deletedAt === null ? gone.deleting : gone.deleted}</h2>
      </header>
      <dl class="pairs">
        {COUNTED.map((what) => (
          <div>
            <dt>{gone.counts[what]}</dt>
            <dd>{number(lang, deletion.counts[what])}</dd>
          </div>
        ))}
        <div>
          <dt>{deletion.deletedAt === null ? gone.dueBy : gone.deletedOn}</dt>
          <dd>{moment(lang, deletion.deletedAt ?? deletion.dueAt)}</dd>
        </div>
        <div>
          <dt>{gone.access}</dt>
          <dd>{gone.accessState[access]}</dd>
        </div>
        {deletion.certificateId === null ? null : (
          <div>
            <dt>{gone.certificate}</dt>
            <dd>
              <code dir="ltr">{deletion.certificateId}</code>
            </dd>
          </div>
        )}
      </dl>
      {deletion.certificateId === null ? null : <p class="quiet">{gone.keep}</p>}
    </section>
  );
};

/** The creator's page once nothing is connected: calm, with the proof of what was deleted. */
export const CreatorGonePage = ({ lang, token, agency, status, deletion }: CreatorGonePageProps) => {
  const { creator, gone } = wordsOf(lang);
  const ended = status === "disconnected" || status === "revoked";
  return (
    <Page
      title={creator.title(agency.name)}
      lang={lang}
      kind="creator"
      personal
      langHref={(other) => `/c/${encodeURIComponent(token)}?lang=${other}`}
    >
      <div class="column">
        <h1>{ended ? gone.title : gone.never}</h1>
        {status === "revoked" ? <p>{gone.revokedAtTiktok}</p> : null}
        <p>{gone.body(agency.name)}</p>
        {deletion === null ? null : <Proof lang={lang} deletion={deletion} />}
        <p>{gone.again}</p>
      </div>
    </Page>
  );
};
