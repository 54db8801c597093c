import { Play } from "lucide";
import { useState } from "preact/hooks";
import type { Tiktok, Video } from "../../../domain/records/tiktok.ts";
import { clip, compact, percent, plural, shortDay } from "../../format.ts";
import type { Resource } from "../../state/resource.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { ErrorState } from "../../ui/Notice.tsx";
import { Section, SectionHead } from "../../ui/Section.tsx";
import { SkeletonBlock } from "../../ui/Skeleton.tsx";

/** Two rows at most on the overview; the tab shows all that are kept. */
const ON_OVERVIEW = 7;

interface VideoGridProps {
  videos: Resource<Video[]>;
  connection: Tiktok;
  creatorId: string;
  full: boolean;
}

export function VideoGrid({ videos, connection, creatorId, full }: VideoGridProps) {
  const [playing, setPlaying] = useState<Video | null>(null);
  const all = videos.value.value;
  const error = videos.error.value;
  const rate = connection.metrics?.engagementRate ?? null;
  const shown = full ? all : all?.slice(0, ON_OVERVIEW);
  return (
    <Section>
      <SectionHead
        title={full ? "Videos" : "Recent videos"}
        note={
          rate === null
            ? "Source: TikTok API"
            : `Engagement rate ${percent(rate)} over the latest ${connection.metrics?.engagementVideos ?? 0}. Source: TikTok API`
        }
        end={
          !full && all && all.length > ON_OVERVIEW ? (
            <a class="link" href={`/app/creators/${creatorId}?tab=videos`}>
              All {all.length}
            </a>
          ) : null
        }
      />
      {error && !all ? (
        <ErrorState title="Could not load the videos" error={error} onRetry={videos.reload} />
      ) : !shown ? (
        <SkeletonBlock height="covers" />
      ) : shown.length === 0 ? (
        <p class="quiet">No public videos. They appear here after the next sync.</p>
      ) : (
        <ul class={full ? "videos videos-full" : "videos"}>
          {shown.map((video) => (
            <li key={video.id}>
              <VideoCard video={video} onPlay={() => setPlaying(video)} />
            </li>
          ))}
        </ul>
      )}
      {playing ? <Player video={playing} onClose={() => setPlaying(null)} /> : null}
    </Section>
  );
}

/** Likes, comments and shares by views; null without views. */
function engagementOf({ views, likes, comments, shares }: Video): number | null {
  return views ? ((likes ?? 0) + (comments ?? 0) + (shares ?? 0)) / views : null;
}

function VideoCard({ video, onPlay }: { video: Video; onPlay: () => void }) {
  const [failed, setFailed] = useState<string | null>(null);
  const { coverUrl, durationSeconds, title, views } = video;
  return (
    <article class="video">
      <button
        type="button"
        class="video-cover"
        aria-label={`Play “${title || "Untitled"}”`}
        title={title ?? undefined}
        disabled={video.embedUrl === null}
        onClick={onPlay}
      >
        {coverUrl !== null && coverUrl !== failed ? (
          <img
            src={coverUrl}
            alt=""
            loading="lazy"
            decoding="async"
            referrerpolicy="no-referrer"
            onError={() => setFailed(coverUrl)}
          />
        ) : (
          <Icon icon={Play} size={20} />
        )}
        {durationSeconds === null ? null : <bdi class="video-length">{clip(durationSeconds)}</bdi>}
      </button>
      <p class="video-figures">
        <bdi dir="ltr" title={views === null ? "" : plural(views, "view")}>
          {compact(views)}
        </bdi>
        <bdi dir="ltr" class="quiet" title={`Engagement. Posted ${shortDay(video.createdAt)}`}>
          {percent(engagementOf(video))}
        </bdi>
      </p>
    </article>
  );
}

const Player = ({ video, onClose }: { video: Video; onClose: () => void }) => (
  <Dialog wide title={video.title || "Untitled"} onClose={onClose}>
    <iframe
      class="player"
      src={video.embedUrl ?? "about:blank"}
      title={video.title || "Video"}
      allow="fullscreen; encrypted-media"
      referrerpolicy="strict-origin-when-cross-origin"
    />
  </Dialog>
);
