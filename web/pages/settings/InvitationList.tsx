import { Copy, MailCheck, MailX, Send } from "lucide";
import { useState } from "preact/hooks";
import type { Invitation } from "../../../domain/records/member.ts";
import { isAbove } from "../../../domain/roles.ts";
import { resendInvitation, revokeInvitation } from "../../api.ts";
import { copyText } from "../../clipboard.ts";
import { day } from "../../format.ts";
import { asApiError } from "../../http.ts";
import { everyHalfMinute } from "../../state/clock.ts";
import type { Resource } from "../../state/resource.ts";
import { me, memberName, shortName } from "../../state/session.ts";
import { toast } from "../../state/toasts.ts";
import { Mark } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { ROLE_WORDS } from "../../words.ts";

/** Who was asked and has not answered. */
export const InvitationList = ({ invitations }: { invitations: Resource<Invitation[]> }) => (
  <ul class="invitations" aria-label="Invitations without an answer">
    {invitations.value.value?.map((invitation) => (
      <Line key={invitation.id} invitation={invitation} invitations={invitations} />
    ))}
  </ul>
);

interface LineProps {
  invitation: Invitation;
  invitations: Resource<Invitation[]>;
}

function Line({ invitation, invitations }: LineProps) {
  const { id, email, role, team, invitedBy, createdAt, expiresAt, url } = invitation;
  const [busy, setBusy] = useState<"resend" | "revoke" | null>(null);
  const over = Date.parse(expiresAt) <= everyHalfMinute.value;
  const reason = me.value && isAbove(role, me.value.role) ? "An owner does this: it invites an owner" : undefined;

  const run = async (what: "resend" | "revoke", act: () => Promise<string>) => {
    setBusy(what);
    try {
      toast("done", await act());
    } catch (thrown) {
      toast("error", asApiError(thrown).detail);
    }
    invitations.reload();
    setBusy(null);
  };
  const resend = () =>
    run("resend", async () => {
      const again = await resendInvitation(id);
      return again.mail === "sent" ? `Sent to ${email} again` : "Renewed. No mail went out: copy the link";
    });
  const revoke = () =>
    run("revoke", async () => {
      await revokeInvitation(id);
      return `The invitation to ${email} is taken back`;
    });
  const by = memberName(invitedBy);
  return (
    <li class="invitation">
      <div class="invitation-words">
        <bdi class="invitation-mail" dir="ltr">
          {email}
        </bdi>
        <span class="members-about">
          {ROLE_WORDS[role]}
          {team ? ` · ${team}` : ""} · {by ? `by ${shortName(by)}, ` : ""}
          {day(createdAt)} · {over ? "ran out" : `good until ${day(expiresAt)}`}
        </span>
      </div>
      <MailMark invitation={invitation} />
      <div class="invitation-actions">
        {url && !over ? <CopyLink url={url} /> : null}
        <Button look="ghost" icon={Send} busy={busy === "resend"} reason={reason} onClick={() => void resend()}>
          {over ? "Renew" : "Send again"}
        </Button>
        <Button
          look="danger"
          busy={busy === "revoke"}
          reason={reason}
          aria-label={`Take back the invitation to ${email}`}
          onClick={() => void revoke()}
        >
          Revoke
        </Button>
      </div>
    </li>
  );
}

const MAIL_WORDS = {
  sent: "Mailed",
  none: "No mail provider",
  refused: "Mail refused",
  transient: "Mail not taken",
} as const;

const MailMark = ({ invitation: { mail } }: { invitation: Invitation }) =>
  mail === "sent" ? (
    <Mark icon={MailCheck} meaning="success" title="The link went to their mailbox, and to nobody else">
      {MAIL_WORDS.sent}
    </Mark>
  ) : (
    <Mark icon={MailX} meaning="warning" title="Copy the link and send it yourself">
      {MAIL_WORDS[mail]}
    </Mark>
  );

function CopyLink({ url }: { url: string }) {
  const copy = async () => {
    if (await copyText(url)) toast("done", "Link copied. Whoever opens it joins in their name: send it to them alone");
    else toast("error", "The browser did not let the link into the clipboard. Allow it, then try again.");
  };
  return (
    <Button look="ghost" icon={Copy} onClick={() => void copy()}>
      Copy link
    </Button>
  );
}
