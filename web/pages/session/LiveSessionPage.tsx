import { User } from "lucide";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useRoute } from "preact-iso";
import type { LiveItem } from "../../../domain/live-message.ts";
import type { Creator } from "../../../domain/records/creator.ts";
import type { LiveSession } from "../../../domain/records/tiktok.ts";
import { readCreator, readLiveSession } from "../../api.ts";
import { everyMinute } from "../../charts/minutes.ts";
import { clock, day, longDay, weekday } from "../../format.ts";
import { everyHalfMinute } from "../../state/clock.ts";
import { liveOf, tracking } from "../../state/live.ts";
import { type Resource, useResource } from "../../state/resource.ts";
import { tenantTimeZone } from "../../state/session.ts";
import { useLiveMessages } from "../../state/use-live-messages.ts";
import { troublesOf } from "../../tracking/advice.ts";
import { ReaderKeys, TroubleNote } from "../../tracking/TroubleNote.tsx";
import { Avatar } from "../../ui/Avatar.tsx";
import { Badge, LiveDot } from "../../ui/Badge.tsx";
import { LinkButton } from "../../ui/Button.tsx";
import { ErrorState } from "../../ui/Notice.tsx";
import { Breadcrumb } from "../../ui/PageHeader.tsx";
import { SkeletonBlock } from "../../ui/Skeleton.tsx";
import { NotFound } from "../not-found/NotFound.tsx";
import { HowSure } from "./HowSure.tsx";
import { MinutePanel } from "./MinutePanel.tsx";
import { SessionTiles } from "./SessionTiles.tsx";
import "../../ui/Identity.css";
import "./session.css";

/** The curve gains a point a minute; asking oftener would only repeat it. */
const READ_AGAIN_MS = 10_000;
/** `http.md`: figures are final this long after the end. */
const FINAL_AFTER_MS = 15_000;

const TRAIL = [{ label: "LIVE", href: "/app/live" }];

export default function LiveSessionPage() {
  const { id = "" } = useRoute().params;
  const session = useResource(id, (signal) => readLiveSession(id, signal));
  const value = session.value.value;
  const error = session.error.value;
  useFollowing(id, value, session);
  const creator = useResource(value?.creatorId ?? null, (signal) => readCreator(value?.creatorId ?? "", signal));
  if (error?.status === 404) return <NotFound what="LIVE session" back={{ href: "/app/live", label: "Go to LIVE" }} />;
  if (!value || value.id !== id) {
    return (
      <>
        <Breadcrumb trail={TRAIL} here="Session" />
        <div class="session-waiting">
          {error ? (
            <ErrorState title="Could not load this LIVE" error={error} onRetry={session.reload} />
          ) : (
            <>
              <SkeletonBlock height="tile" />
              <SkeletonBlock height="chart" />
              <SkeletonBlock height="chart" />
            </>
          )}
        </div>
      </>
    );
  }
  const item = liveOf(value.creatorId);
  return <Known session={value} live={item?.sessionId === id ? item : null} creator={creator.value.value ?? null} />;
}

/** Reads the session again while it runs, at its end, and when its figures are final. */
function useFollowing(id: string, session: LiveSession | undefined, resource: Resource<LiveSession>): void {
  const readAt = useRef(0);
  const [ended, setEnded] = useState(false);
  useLiveMessages((message) => {
    if (message.type === "removed" && message.creatorId === session?.creatorId) resource.reload();
    if (message.type === "ended" && message.sessionId === id) {
      resource.reload();
      setEnded(true);
    }
    if (message.type === "live" && message.sessionId === id && Date.now() - readAt.current > READ_AGAIN_MS) {
      readAt.current = Date.now();
      resource.reload();
    }
  });
  useEffect(() => {
    if (!ended) return;
    const timer = setTimeout(resource.reload, FINAL_AFTER_MS);
    return () => clearTimeout(timer);
  }, [ended, resource]);
}

interface KnownProps {
  session: LiveSession;
  /** The running session as the socket last told it: newer than what was read. */
  live: LiveItem | null;
  creator: Creator | null;
}

function Known({ session, live, creator }: KnownProps) {
  const minutes = useMemo(() => everyMinute(session.minutes, session.step), [session.minutes, session.step]);
  const shown = live ? { ...session, ...figuresOf(live) } : session;
  const name = creator?.displayName ?? live?.displayName ?? "LIVE session";
  return (
    <div class="session">
      <Breadcrumb trail={TRAIL} here={`${weekday(session.startedAt)}, ${clock(session.startedAt)}`} />
      <header class="identity session-identity">
        <Avatar
          name={name}
          src={creator?.figures.avatarUrl ?? live?.avatarUrl ?? null}
          size={40}
          live={live !== null && live.state !== "lost"}
        />
        <div class="identity-words">
          <h1 class="session-name">
            {name} <StateBadge session={session} live={live} />
          </h1>
          <p class="quiet">{timesOf(session)}</p>
        </div>
        <LinkButton href={`/app/creators/${session.creatorId}`} icon={User}>
          Open creator
        </LinkButton>
      </header>
      <div class="session-body">
        <div class="session-main">
          {session.endedAt ? null : <RunningTrouble creatorId={session.creatorId} />}
          <SessionTiles session={shown} />
          <MinutePanel session={shown} minutes={minutes} />
        </div>
        <HowSure session={shown} />
      </div>
    </div>
  );
}

/** Why nothing comes of a LIVE that runs, and what to do about it. */
function RunningTrouble({ creatorId }: { creatorId: string }) {
  const tracked = tracking.value.get(creatorId);
  const [trouble] = troublesOf(tracked ? [tracked] : [], everyHalfMinute.value);
  if (!trouble) return null;
  return (
    <div class="trouble-box">
      <TroubleNote trouble={trouble}>
        <ReaderKeys step={trouble.step} />
      </TroubleNote>
    </div>
  );
}

const figuresOf = ({
  diamonds,
  diamondsBefore,
  diamondsTracked,
  confidence,
  averageViewers,
  peakViewers,
}: LiveItem) => ({
  diamonds,
  diamondsBefore,
  diamondsTracked,
  confidence,
  averageViewers,
  peakViewers,
});

function StateBadge({ session, live }: { session: LiveSession; live: LiveItem | null }) {
  const state = live?.state ?? session.state;
  if (state === "live") {
    return (
      <Badge meaning="live">
        <LiveDot />
        LIVE
      </Badge>
    );
  }
  if (state === "paused") return <Badge>Paused</Badge>;
  if (state === "lost") return <Badge meaning="warning">Not connected</Badge>;
  return <Badge>Ended</Badge>;
}

function timesOf({ startedAt, endedAt }: LiveSession): string {
  const zone = tenantTimeZone.value;
  const start = `${longDay(startedAt)}, ${clock(startedAt)}`;
  if (!endedAt) return `Since ${start}, ${zone}`;
  const end = day(endedAt) === day(startedAt) ? clock(endedAt) : `${weekday(endedAt)}, ${clock(endedAt)}`;
  return `${start} – ${end}, ${zone}`;
}
