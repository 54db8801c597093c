import { Check, Copy } from "lucide";
import { useRef, useState } from "preact/hooks";
import { type Invitation, invitationCreateSchema } from "../../../domain/records/member.ts";
import { grantable, ROLES, type Role } from "../../../domain/roles.ts";
import { inviteMember } from "../../api.ts";
import { copyText } from "../../clipboard.ts";
import { day } from "../../format.ts";
import { me } from "../../state/session.ts";
import { toast } from "../../state/toasts.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field, Select } from "../../ui/Field.tsx";
import { FormRefusal } from "../../ui/form/FormRefusal.tsx";
import { errorsOf } from "../../ui/form/schema-errors.ts";
import { useForm } from "../../ui/form/use-form.ts";
import { ROLE_MEANS, ROLE_WORDS } from "../../words.ts";

interface InviteMemberProps {
  onClose: () => void;
  onInvited: () => void;
}

type Name = "email" | "role" | "team";

const isRole = (value: string): value is Role => ROLES.some((role) => role === value);

/** Whom, and to what; then the link, where no mail went out. */
export function InviteMember({ onClose, onInvited }: InviteMemberProps) {
  const [made, setMade] = useState<Invitation | null>(null);
  const form = useForm<Name>({
    initial: { email: "", role: "agent", team: "" },
    validate: (values) => errorsOf(invitationCreateSchema, values),
    async submit(values) {
      const invitation = await inviteMember(invitationCreateSchema.parse(values));
      onInvited();
      if (invitation.url !== null) {
        setMade(invitation);
        return;
      }
      toast("done", `Invitation mailed to ${invitation.email}`);
      onClose();
    },
    fieldOf: { already_member: "email", already_invited: "email" },
  });
  if (made) return <Link made={made} onClose={onClose} />;

  const { role } = form.values;
  const sees = isRole(role) ? ROLE_MEANS[role] : undefined;
  const teams = role === "manager" || role === "agent";
  return (
    <Dialog
      title="Invite a member"
      lead="They get a link, good for one use and seven days, and choose a name and a password of their own."
      onClose={onClose}
    >
      <form class="settings-form" noValidate onSubmit={form.onSubmit}>
        {form.refusal ? <FormRefusal title="Nobody was invited" error={form.refusal} /> : null}
        <Field label="E-mail" type="email" autocomplete="off" dir="ltr" {...form.bind("email")} />
        <Select
          label="Role"
          options={grantable(me.value?.role ?? "viewer").map((each) => ({ value: each, label: ROLE_WORDS[each] }))}
          hint={sees}
          {...form.bind("role")}
        />
        <Field
          label="Team"
          optional
          autocomplete="off"
          dir="auto"
          hint={teams ? "Managers see and run the creators of their own team" : "Counts for managers and agents"}
          {...form.bind("team")}
        />
        <footer class="dialog-actions">
          <Button look="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button look="ink" type="submit" busy={form.busy}>
            Invite
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

const WHY = {
  sent: "",
  none: "No mail provider is set up, so nothing was mailed.",
  refused: "The mail provider refused the address, so nothing was mailed.",
  transient: "The mail provider did not answer, so nothing was mailed.",
} as const;

function Link({ made, onClose }: { made: Invitation; onClose: () => void }) {
  const [copied, setCopied] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const copy = async () => {
    if (await copyText(made.url ?? "")) setCopied(true);
    else field.current?.select();
  };
  return (
    <Dialog
      title="Send this link yourself"
      lead={`${WHY[made.mail]} Whoever opens the link joins as ${made.email}: send it to them alone.`}
      onClose={onClose}
      actions={
        <>
          <Button look={copied ? "ink" : "ghost"} onClick={onClose}>
            Done
          </Button>
          <Button look={copied ? "plain" : "ink"} icon={copied ? Check : Copy} onClick={() => void copy()}>
            {copied ? "Copied" : "Copy link"}
          </Button>
        </>
      }
    >
      <div class="settings-form">
        <Field
          ref={field}
          label="Link"
          value={made.url ?? ""}
          onValue={() => {}}
          readonly
          dir="ltr"
          hint={`Works once, until ${day(made.expiresAt)}`}
        />
        <span class="hidden-text" role="status">
          {copied ? "The link is in the clipboard" : ""}
        </span>
      </div>
    </Dialog>
  );
}
