import { Link } from "lucide";
import { useState } from "preact/hooks";
import type { Creator } from "../../../domain/records/creator.ts";
import type { Tiktok } from "../../../domain/records/tiktok.ts";
import { tracking } from "../../state/live.ts";
import type { Resource } from "../../state/resource.ts";
import { can } from "../../state/session.ts";
import { adviceFor, type Step } from "../../tracking/advice.ts";
import { ReaderKeys, TroubleNote } from "../../tracking/TroubleNote.tsx";
import { Button } from "../../ui/Button.tsx";
import { InviteDialog } from "./InviteDialog.tsx";

interface LiveTroubleProps {
  creator: Creator;
  tiktok: Resource<Tiktok>;
  connection: Tiktok;
}

/** Why this creator's LIVEs are not counted as wished, and what to do about it; nothing where all is well. */
export function LiveTrouble({ creator, tiktok, connection }: LiveTroubleProps) {
  const { live } = connection;
  const advice = adviceFor(live);
  if (!advice) return null;
  const since = tracking.value.get(creator.id)?.since ?? null;
  return (
    <div class="trouble-box">
      <TroubleNote trouble={{ ...live, ...advice, since }}>
        <StepButton step={advice.step} creator={creator} tiktok={tiktok} connection={connection} />
      </TroubleNote>
    </div>
  );
}

/** The details are on this page already: only what leads elsewhere has a button. */
function StepButton({ step, creator, tiktok, connection }: LiveTroubleProps & { step: Step | null }) {
  const [inviting, setInviting] = useState(false);
  if (step !== "connect_link" || !can("connect.invite")) return <ReaderKeys step={step} />;
  return (
    <span>
      <Button icon={Link} onClick={() => setInviting(true)}>
        Make a connect link
      </Button>
      {inviting ? (
        <InviteDialog
          creator={creator}
          open={connection.invite}
          onClose={() => setInviting(false)}
          onCreated={tiktok.reload}
        />
      ) : null}
    </span>
  );
}
