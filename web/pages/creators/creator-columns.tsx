import { Users } from "lucide";
import { CONNECTION_STATUSES, CREATOR_STAGES, type Creator } from "../../../domain/records/creator.ts";
import { asOf, compact, count } from "../../format.ts";
import { everyHalfMinute } from "../../state/clock.ts";
import { liveOf } from "../../state/live.ts";
import { memberName, shortName } from "../../state/session.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import type { Column, ListDefinition } from "../../ui/list/definition.ts";
import { CompactNum, Handle, Hours, Missing, Num } from "../../ui/Num.tsx";
import { StageGlyph, StageMark } from "../../ui/StageMark.tsx";
import { CONNECTION_WORDS, STAGE_WORDS } from "../../words.ts";
import { ConnectionMark } from "./ConnectionMark.tsx";
import { creatorList } from "./creator-list.ts";
import { LastLive } from "./LastLive.tsx";
import "./creators.css";

const href = (creator: Creator) => `/app/creators/${creator.id}`;

/** Face, name and handle; a ring while LIVE. */
export const CreatorName = ({ creator }: { creator: Creator }) => (
  <span class="creator-name">
    <Avatar name={creator.displayName} src={creator.figures.avatarUrl} live={liveOf(creator.id) !== undefined} />
    <span class="creator-words">
      <a class="creator-link" href={href(creator)}>
        {creator.displayName}
      </a>
      <span class="creator-handle">{creator.handle ? <Handle handle={creator.handle} /> : "No handle"}</span>
    </span>
  </span>
);

/** The same on a phone: larger, with the stage in place of the handle. */
const CompactName = ({ creator }: { creator: Creator }) => (
  <span class="creator-name">
    <Avatar
      name={creator.displayName}
      src={creator.figures.avatarUrl}
      size={40}
      live={liveOf(creator.id) !== undefined}
    />
    <span class="creator-words">
      <span class="creator-link">{creator.displayName}</span>
      <span class="creator-handle">
        <StageGlyph stage={creator.stage} /> {STAGE_WORDS[creator.stage]}
        {creator.figures.followers === null ? null : (
          <>
            {" · "}
            <bdi dir="ltr">{compact(creator.figures.followers)}</bdi> followers
          </>
        )}
      </span>
    </span>
  </span>
);

function Owner({ id }: { id: string | null }) {
  const name = memberName(id);
  return name ? <span title={name}>{shortName(name)}</span> : <Missing why={id ? "Unknown member" : "No owner"} />;
}

const columns: readonly Column<Creator>[] = [
  { id: "creator", label: "Creator", sort: "displayName", cell: (creator) => <CreatorName creator={creator} /> },
  { id: "stage", label: "Stage", cell: ({ stage }) => <StageMark stage={stage} /> },
  { id: "tier", label: "Tier", from: 1280, cell: ({ tier }) => tier ?? <Missing why="No tier" /> },
  { id: "owner", label: "Owner", from: 1280, cell: ({ ownerId }) => <Owner id={ownerId} /> },
  {
    id: "followers",
    label: "Followers",
    sort: "followers",
    end: true,
    cell: ({ figures }) => (
      <span class="creator-figure">
        <CompactNum value={figures.followers} why="Not known" />
      </span>
    ),
  },
  {
    id: "diamonds",
    label: "Diamonds, 28 days",
    end: true,
    cell: ({ figures }) =>
      figures.diamonds28d === null ? (
        <Missing why="LIVE is not tracked" />
      ) : (
        <Num class="figure-strong">{count(figures.diamonds28d)}</Num>
      ),
  },
  {
    id: "hours",
    label: "LIVE hours",
    end: true,
    from: 1024,
    cell: ({ figures }) => (
      <span class="creator-figure">
        <Hours seconds={figures.liveSeconds28d} why="LIVE is not tracked" />
      </span>
    ),
  },
  { id: "connection", label: "Connection", from: 1024, cell: ({ figures }) => <ConnectionMark figures={figures} /> },
  { id: "last", label: "Last LIVE", cell: (creator) => <LastLive creator={creator} /> },
];

/** Where the figures come from, how old they are, and how many rows have none. */
function Footnote({ rows }: { rows: readonly Creator[] }) {
  const newest = rows.reduce<string | null>(
    (latest, { figures }) => ((figures.asOf ?? "") > (latest ?? "") ? figures.asOf : latest),
    null,
  );
  const bare = rows.filter(({ figures }) => figures.followers === null && figures.diamonds28d === null).length;
  return (
    <>
      <span>Followers: TikTok API. Diamonds and hours: LIVE listener, 28 days</span>
      {newest ? <span>{asOf(newest, everyHalfMinute.value)}</span> : null}
      {bare > 0 ? <span class="creator-bare">{`${count(bare)} without data shown as —`}</span> : null}
    </>
  );
}

/** The roster as a list: the one definition that makes the screen. */
export const creatorsDefinition: ListDefinition<Creator> = {
  path: "/app/creators",
  title: "Creators",
  noun: { one: "creator", many: "creators" },
  model: creatorList,
  columns,
  sorts: [
    { field: "displayName", label: "Name" },
    { field: "handle", label: "Handle" },
    { field: "followers", label: "Followers", descendingFirst: true },
    { field: "createdAt", label: "Added", descendingFirst: true },
    { field: "updatedAt", label: "Changed", descendingFirst: true },
  ],
  defaultSort: "-followers",
  filters: [
    {
      field: "stage",
      label: "Stage",
      options: CREATOR_STAGES.map((stage) => ({
        value: stage,
        label: STAGE_WORDS[stage],
        glyph: <StageGlyph stage={stage} />,
      })),
    },
    {
      field: "connection",
      label: "Connection",
      options: CONNECTION_STATUSES.map((status) => ({ value: status, label: CONNECTION_WORDS[status] })),
    },
  ],
  searchHint: "Search creators",
  href,
  compact: (creator) => ({
    main: <CompactName creator={creator} />,
    end: (
      <>
        <span class="figure-strong">
          {creator.figures.diamonds28d === null ? <Missing /> : <Num>{count(creator.figures.diamonds28d)}</Num>}
        </span>
        <LastLive creator={creator} />
      </>
    ),
  }),
  footnote: (rows) => <Footnote rows={rows} />,
  empty: {
    icon: Users,
    title: "No creators yet",
    text: "Add the first one by hand. Numbers come in once a creator has connected TikTok.",
  },
};
