import { ChevronsUpDown } from "lucide";
import { useState } from "preact/hooks";
import { LIVE_SOURCES, type LiveSourceKind } from "../../../domain/live-message.ts";
import type { Tiktok } from "../../../domain/records/tiktok.ts";
import { switchLiveTracking } from "../../api.ts";
import { asApiError } from "../../http.ts";
import { can } from "../../state/session.ts";
import { toast } from "../../state/toasts.ts";
import { Button } from "../../ui/Button.tsx";
import { CopyLine } from "../../ui/CopyLine.tsx";
import { Menu } from "../../ui/Menu.tsx";
import { DetailLine } from "../../ui/record/Details.tsx";
import { SOURCE_WORDS } from "../../words.ts";

interface LiveListenerProps {
  creatorId: string;
  live: Tiktok["live"];
  /** Takes what the switch answered. */
  onSwitched: (live: Tiktok["live"]) => void;
}

/** Who listens to the LIVE room: this server, or a program of the agency's own; and how that one connects. */
export function LiveListener({ creatorId, live, onSwitched }: LiveListenerProps) {
  const [wanted, setWanted] = useState<LiveSourceKind | null>(null);
  const source = wanted ?? live.source;
  const choose = async (chosen: LiveSourceKind) => {
    if (chosen === live.source) return;
    setWanted(chosen);
    try {
      const { enabled, state, source: now } = await switchLiveTracking(creatorId, live.enabled, chosen);
      onSwitched({ ...live, enabled, state, source: now, reason: null, until: null });
    } catch (thrown) {
      toast("error", `Who listens was not changed. ${asApiError(thrown).detail}`);
    }
    setWanted(null);
  };
  return (
    <>
      <DetailLine label="Listens">
        {can("connect.live") ? (
          <Menu
            label="Who listens to the LIVE"
            entries={LIVE_SOURCES.map((kind) => ({
              kind: "action" as const,
              label: SOURCE_WORDS[kind],
              chosen: kind === source,
              onSelect: () => void choose(kind),
            }))}
            trigger={(trigger) => (
              <Button
                {...trigger}
                icon={ChevronsUpDown}
                busy={wanted !== null}
                aria-label={`Who listens to the LIVE: ${SOURCE_WORDS[source]}`}
              >
                {SOURCE_WORDS[source]}
              </Button>
            )}
          />
        ) : (
          SOURCE_WORDS[source]
        )}
      </DetailLine>
      {source === "relay" ? <HowToConnect creatorId={creatorId} /> : null}
    </>
  );
}

/** The address of a reader, and what it sends; the room's id changes with each LIVE. */
const HowToConnect = ({ creatorId }: { creatorId: string }) => (
  <div class="own-reader">
    <p>Your reader opens a WebSocket to</p>
    <CopyLine
      what="the address"
      text={`${location.origin.replace(/^http/, "ws")}/api/v1/creators/${creatorId}/live-relay?room=<room id>`}
    />
    <p>with this header:</p>
    <CopyLine what="the header" text="Authorization: Bearer <API key>" />
    <p>
      The key's role is Admin, or Manager of the creator's team;{" "}
      {can("keys.manage") ? (
        <a class="link" href="/app/settings/keys">
          make one in Settings
        </a>
      ) : (
        "an owner or admin makes it"
      )}
      . The reader hears where to go on from, sends each of TikTok's frames as it came, and hands our acknowledgements
      back to TikTok.
    </p>
  </div>
);
