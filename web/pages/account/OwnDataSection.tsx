import { useState } from "preact/hooks";
import { readOwnData } from "../../api.ts";
import { asApiError } from "../../http.ts";
import { toast } from "../../state/toasts.ts";
import { Button } from "../../ui/Button.tsx";
import { Section, SectionHead } from "../../ui/Section.tsx";
import { AccountRow } from "./AccountRow.tsx";

/** What is kept of a person is theirs to have. */
export function OwnDataSection() {
  const [busy, setBusy] = useState(false);
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
      </div>
    </Section>
  );
}

/** Hands a file to the browser's downloads. */
function save(kept: { exportedAt: string }): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(kept, null, 2)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `my-data-${kept.exportedAt.slice(0, 10)}.json`;
  link.click();
  URL.revokeObjectURL(url);
}
