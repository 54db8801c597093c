import { CircleCheck, Clock } from "lucide";
import { useState } from "preact/hooks";
import type { Me } from "../../../domain/records/account.ts";
import { cancelEmailChange } from "../../api.ts";
import { clock, day } from "../../format.ts";
import { asApiError } from "../../http.ts";
import { reloadMe } from "../../state/session.ts";
import { toast } from "../../state/toasts.ts";
import { Mark } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { Section, SectionHead } from "../../ui/Section.tsx";
import { AccountRow } from "./AccountRow.tsx";
import { EmailDialog } from "./EmailDialog.tsx";
import { NameDialog } from "./NameDialog.tsx";

export function ProfileSection({ me }: { me: Me }) {
  const [changing, setChanging] = useState<"name" | "email" | null>(null);
  const close = () => setChanging(null);
  const { emailVerified, emailChange } = me.security;
  return (
    <Section>
      <SectionHead title="Who you are" />
      <div class="account-rows">
        <AccountRow
          label="Name"
          action={
            <Button aria-label="Change your name" onClick={() => setChanging("name")}>
              Change
            </Button>
          }
        >
          {me.user.name}
        </AccountRow>
        <AccountRow
          label="E-mail"
          note={
            emailVerified ? (
              <Mark icon={CircleCheck} meaning="success">
                Confirmed
              </Mark>
            ) : (
              <Mark icon={Clock} meaning="warning">
                Not confirmed yet
              </Mark>
            )
          }
          action={
            <Button aria-label="Move to another address" onClick={() => setChanging("email")}>
              Change
            </Button>
          }
        >
          <bdi dir="ltr">{me.user.email}</bdi>
        </AccountRow>
        {emailChange ? <Moving change={emailChange} /> : null}
      </div>
      {changing === "name" ? <NameDialog name={me.user.name} onClose={close} /> : null}
      {changing === "email" ? <EmailDialog email={me.user.email} onClose={close} /> : null}
    </Section>
  );
}

const WAITS_FOR = {
  both: "Both addresses have a mail with a link: open both.",
  old: "The new address is confirmed. Open the link in the mail to the one that you have now, too.",
  new: "Your present address agreed. Open the link in the mail to the new one, too.",
} as const;

/** A move to another address that is under way. */
function Moving({ change }: { change: NonNullable<Me["security"]["emailChange"]> }) {
  const [busy, setBusy] = useState(false);
  const callOff = async () => {
    setBusy(true);
    try {
      await cancelEmailChange();
      await reloadMe();
      toast("done", "The move is called off");
    } catch (thrown) {
      toast("error", `The move goes on. ${asApiError(thrown).detail}`);
    }
    setBusy(false);
  };
  return (
    <AccountRow
      label="Moving to"
      note={`${WAITS_FOR[change.waitsFor]} The links are good until ${day(change.expiresAt)}, ${clock(change.expiresAt)}.`}
      action={
        <Button look="danger" busy={busy} onClick={() => void callOff()}>
          Call off
        </Button>
      }
    >
      <bdi dir="ltr">{change.email}</bdi>
    </AccountRow>
  );
}
