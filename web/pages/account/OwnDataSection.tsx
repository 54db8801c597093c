import { useState } from "preact/hooks";
import type { Me } from "../../../domain/records/account.ts";
import { readOwnData } from "../../api.ts";
import { asApiError } from "../../http.ts";
import { saveFile } from "../../save-file.ts";
import { members } from "../../state/session.ts";
import { toast } from "../../state/toasts.ts";
import { Button } from "../../ui/Button.tsx";
import { Section, SectionHead } from "../../ui/Section.tsx";
import { ROLE_WORDS } from "../../words.ts";
import { AccountRow } from "./AccountRow.tsx";
import { DeleteAccount } from "./DeleteAccount.tsx";

/** What is kept of a person is theirs to have. */
export function OwnDataSection({ me }: { me: Me }) {
  const [busy, setBusy] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const owners = members.value.filter(({ role, state }) => role === "owner" && state === "active").length;
  const last = me.role === "owner" && owners < 2;
  const download = async () => {
    setBusy(true);
    try {
      save(await readOwnData());
    } catch (thrown) {
      const { code, detail } = asApiError(thrown);
      // Whoever closed the question for a proof knows why nothing happens.
      if (code !== "step_up_required") toast("error", detail);
    }
    setBusy(false);
  };
  return (
    <Section>
      <SectionHead title="What is kept of you" />
      <div class="account-rows">
        <AccountRow
          label="Your data"
          note="Profile, sessions, keys without their secrets, and the ids of the records that you own."
          action={
            <Button aria-label="Download your data" busy={busy} onClick={() => void download()}>
              Download
            </Button>
          }
        >
          A JSON file
        </AccountRow>
        <AccountRow
          label="Your account"
          note={
            last
              ? "You are the only owner. Make somebody else an owner first."
              : "All of it is deleted but your name in what you did; the address can have a new account."
          }
          action={
            <Button
              look="danger"
              aria-label="Delete your account"
              reason={last ? "You are the only owner" : undefined}
              onClick={() => setLeaving(true)}
            >
              Delete
            </Button>
          }
        >
          {me.tenant.name}, {ROLE_WORDS[me.role]}
        </AccountRow>
      </div>
      {leaving ? <DeleteAccount me={me} onClose={() => setLeaving(false)} /> : null}
    </Section>
  );
}

function save(kept: { exportedAt: string }): void {
  const file = new Blob([JSON.stringify(kept, null, 2)], { type: "application/json" });
  saveFile(file, `my-data-${kept.exportedAt.slice(0, 10)}.json`);
}
