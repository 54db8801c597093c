import { TIKTOK_FIELDS, type TiktokScope } from "../../domain/tiktok-fields.ts";
import { counted, day, number } from "./format.ts";
import type { Lang } from "./lang.ts";
import { PrivacyMail } from "./parts.tsx";
import { wordsOf } from "./words/words.ts";

type UserScope = Exclude<TiktokScope, "video.list">;
type UserField = (typeof TIKTOK_FIELDS)[UserScope][number];

/** The stored value of each field that TikTok's user object may have filled, by TikTok's name. */
export type StoredProfile = Record<UserField, string | number | null>;

/** How many rows of each kind are stored. */
export interface StoredRecords {
  videos: number;
  /** One a day at most. */
  snapshots: number;
  sessions: number;
  minutes: number;
  /** Of the oldest daily count; ms since epoch. */
  firstSnapshotAt: number | null;
}

export interface StoredRecordsListProps {
  lang: Lang;
  connectedAt: number | null;
  scopes: readonly string[];
  profile: StoredProfile;
  stored: StoredRecords;
}

const USER_FIELDS: readonly UserField[] = [
  ...TIKTOK_FIELDS["user.info.basic"],
  ...TIKTOK_FIELDS["user.info.profile"],
  ...TIKTOK_FIELDS["user.info.stats"],
];

/** Exactly what is stored, with its values; what is not is said to be not. Tokens are named, never shown. */
export const StoredRecordsList = ({ lang, connectedAt, scopes, profile, stored }: StoredRecordsListProps) => {
  const { creator, counts } = wordsOf(lang);
  const words = creator.stored;
  const history = [
    [words.snapshots, counted(lang, stored.snapshots, counts.snapshots)],
    [words.sessions, counted(lang, stored.sessions, counts.sessions)],
    [words.minutes, counted(lang, stored.minutes, counts.minutes)],
  ] as const;

  const shown = (field: UserField): string => {
    const value = profile[field];
    if (value === null) return words.none;
    if (field === "avatar_url_100") return words.given;
    return typeof value === "number" ? number(lang, value) : value;
  };

  return (
    <div class="stored">
      {connectedAt === null ? null : <p class="quiet">{creator.since(day(lang, connectedAt))}</p>}

      <h3>{words.profile}</h3>
      <dl class="pairs">
        {USER_FIELDS.map((field) => (
          <div>
            <dt>{creator.fields[field]}</dt>
            <dd class={profile[field] === null ? "quiet" : undefined}>
              <bdi>{shown(field)}</bdi>
            </dd>
          </div>
        ))}
      </dl>

      <h3>{words.videos}</h3>
      <dl class="pairs">
        <div>
          <dt>{words.videos}</dt>
          <dd>{counted(lang, stored.videos, counts.videos)}</dd>
        </div>
        <div>
          <dt>{words.eachVideo}</dt>
          <dd>{TIKTOK_FIELDS["video.list"].map((field) => creator.fields[field]).join(lang === "ar" ? "، " : ", ")}</dd>
        </div>
      </dl>

      <h3>{words.history}</h3>
      <dl class="pairs">
        {history.map(([label, count]) => (
          <div>
            <dt>{label}</dt>
            <dd>{count}</dd>
          </div>
        ))}
      </dl>
      {stored.firstSnapshotAt === null ? null : <p class="quiet">{words.since(day(lang, stored.firstSnapshotAt))}</p>}

      <h3>{words.tokens}</h3>
      <p>{words.tokensValue}</p>
      <p class="quiet">
        {words.granted}: <bdi dir="ltr">{scopes.length === 0 ? "—" : scopes.join(", ")}</bdi>
      </p>
      <p>
        {words.more}
        <PrivacyMail />
      </p>
    </div>
  );
};
