import { Monitor, Smartphone } from "lucide";
import { useState } from "preact/hooks";
import type { SignedInSession } from "../../../domain/records/session.ts";
import { endOtherSessions, endSession } from "../../api.ts";
import { countryName, day } from "../../format.ts";
import { asApiError } from "../../http.ts";
import type { Resource } from "../../state/resource.ts";
import { toast } from "../../state/toasts.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { ErrorState } from "../../ui/Notice.tsx";
import { RelativeTime } from "../../ui/RelativeTime.tsx";
import { Section, SectionHead } from "../../ui/Section.tsx";
import { SkeletonBlock } from "../../ui/Skeleton.tsx";

const PHONE = /iPhone|iPad|Android/;

/** Every browser that opens the account. One that is not known is signed out here. */
export function SessionsSection({ sessions }: { sessions: Resource<SignedInSession[]> }) {
  const [ending, setEnding] = useState<string | null>(null);
  const all = sessions.value.value;
  const error = sessions.error.value;
  const end = async (what: string, work: () => Promise<unknown>, done: string) => {
    setEnding(what);
    try {
      await work();
      toast("done", done);
    } catch (thrown) {
      toast("error", `It is still signed in. ${asApiError(thrown).detail}`);
    }
    sessions.reload();
    setEnding(null);
  };
  const others = all?.filter(({ current }) => !current).length ?? 0;
  return (
    <Section>
      <SectionHead
        title="Where you are signed in"
        end={
          others > 0 ? (
            <Button
              look="danger"
              busy={ending === "others"}
              onClick={() => void end("others", endOtherSessions, "Every other browser is signed out")}
            >
              Sign out all others
            </Button>
          ) : null
        }
      />
      {error ? <ErrorState title="Could not load your sessions" error={error} onRetry={sessions.reload} /> : null}
      {all ? (
        <ul class="account-rows">
          {all.map((session) => (
            <li key={session.id} class="account-row account-session">
              <Icon icon={PHONE.test(session.device) ? Smartphone : Monitor} />
              <div class="account-value">
                <div class="account-device">
                  {session.device}
                  {session.current ? <Badge meaning="accent">This browser</Badge> : null}
                </div>
                <div class="account-note">
                  <Place session={session} /> · since {day(session.createdAt)}
                  {session.current ? null : (
                    <>
                      {" "}
                      · last used <RelativeTime at={session.lastSeenAt} />
                    </>
                  )}
                </div>
              </div>
              {session.current ? null : (
                <Button
                  look="danger"
                  aria-label={`Sign out ${session.device}`}
                  busy={ending === session.id}
                  onClick={() => void end(session.id, () => endSession(session.id), `${session.device} is signed out`)}
                >
                  Sign out
                </Button>
              )}
            </li>
          ))}
        </ul>
      ) : error ? null : (
        <SkeletonBlock height="rows" />
      )}
    </Section>
  );
}

const Place = ({ session: { ip, country } }: { session: SignedInSession }) => (
  <>
    {country ? `${countryName(country)}, ` : null}
    {ip ? <bdi dir="ltr">{ip}</bdi> : "place unknown"}
  </>
);
