import type { LiveSessionSummary } from "../../../domain/records/tiktok.ts";
import { listLiveSessions } from "../../api.ts";
import { clock, count, coveragePercent, duration, weekday } from "../../format.ts";
import { liveOf } from "../../state/live.ts";
import { useResource } from "../../state/resource.ts";
import { useLiveMessages } from "../../state/use-live-messages.ts";
import { useMore } from "../../state/use-more.ts";
import { LiveDot } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { Confidence } from "../../ui/Confidence.tsx";
import { ErrorState } from "../../ui/Notice.tsx";
import { Missing, Num } from "../../ui/Num.tsx";
import { Section, SectionHead } from "../../ui/Section.tsx";
import { SkeletonBlock } from "../../ui/Skeleton.tsx";

const ON_OVERVIEW = 6;
const A_PAGE = 50;

/** Every LIVE that was tracked, the running one on top. */
export function LiveHistory({ creatorId, full = false }: { creatorId: string; full?: boolean }) {
  const first = useResource(`${creatorId} ${full}`, (signal) =>
    listLiveSessions(creatorId, { limit: full ? A_PAGE : ON_OVERVIEW }, signal),
  );
  const page = first.value.value;
  const more = useMore(page, (cursor) => listLiveSessions(creatorId, { limit: A_PAGE, cursor }));
  const error = first.error.value;
  useLiveMessages((message) => {
    if (message.type === "ended" && message.creatorId === creatorId) first.reload();
  });

  const sessions = page ? [...page.items, ...more.items] : null;
  const next = more.nextCursor;
  return (
    <Section>
      <SectionHead
        title="LIVE"
        note="Diamonds, time and viewers: LIVE listener"
        end={
          !full && page?.nextCursor ? (
            <a class="link" href={`/app/creators/${creatorId}?tab=live`}>
              All sessions
            </a>
          ) : null
        }
      />
      {error && !page ? (
        <ErrorState title="Could not load the LIVE sessions" error={error} onRetry={first.reload} />
      ) : !sessions ? (
        <SkeletonBlock height="rows" />
      ) : sessions.length === 0 ? (
        <p class="quiet">No LIVE was tracked yet. A session appears here while it runs.</p>
      ) : (
        <div class="history">
          <table class="figures">
            <thead>
              <tr>
                <th scope="col">Started</th>
                <th scope="col" class="figures-end">
                  Diamonds
                </th>
                <th scope="col" class="figures-end">
                  Duration
                </th>
                <th scope="col" class="figures-end history-wide">
                  Average viewers
                </th>
                <th scope="col" class="figures-end history-wide">
                  Coverage
                </th>
                <th scope="col" class="history-wide">
                  Confidence
                </th>
              </tr>
            </thead>
            <tbody>
              {sessions.map((session) => (
                <SessionRow key={session.id} session={session} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {full && next ? (
        <Button look="ghost" busy={more.busy} onClick={more.load}>
          Show older
        </Button>
      ) : null}
      {more.error ? <ErrorState title="Could not load older sessions" error={more.error} onRetry={more.load} /> : null}
    </Section>
  );
}

/** The running session takes its numbers from the socket. */
function SessionRow({ session }: { session: LiveSessionSummary }) {
  const item = liveOf(session.creatorId);
  const live = item?.sessionId === session.id ? item : null;
  const average = live ? live.averageViewers : session.averageViewers;
  return (
    <tr class="history-row">
      <td>
        <a class="history-link" href={`/app/live/sessions/${session.id}`}>
          {weekday(session.startedAt)}, {clock(session.startedAt)}
        </a>
        {live ? (
          <span class="live-now history-live">
            <LiveDot /> LIVE
          </span>
        ) : null}
      </td>
      <td class="figures-end">
        <Num class="figure-strong">{count(live?.diamonds ?? session.diamonds)}</Num>
      </td>
      <td class="figures-end">
        <bdi dir="ltr">{duration(session.durationSeconds)}</bdi>
      </td>
      <td class="figures-end history-wide">{average === null ? <Missing /> : <Num>{count(average)}</Num>}</td>
      <td class="figures-end history-wide">
        <bdi dir="ltr">{coveragePercent(session.coverage)}</bdi>
      </td>
      <td class="history-wide">
        <Confidence confidence={live?.confidence ?? session.confidence} reason={session.confidenceReason} />
      </td>
    </tr>
  );
}
