import { useState } from "preact/hooks";
import { type Invitation, invitationCreateSchema } from "../../../domain/records/member.ts";
import { grantable, ROLES, type Role } from "../../../domain/roles.ts";
import { inviteMember } from "../../api.ts";
import { day } from "../../format.ts";
import { me } from "../../state/session.ts";
import { toast } from "../../state/toasts.ts";
import { Field, Select } from "../../ui/Field.tsx";
import { errorsOf } from "../../ui/form/schema-errors.ts";
import { useForm } from "../../ui/form/use-form.ts";
import { ROLE_MEANS, ROLE_WORDS } from "../../words.ts";
import { CopyDialog } from "./CopyDialog.tsx";
import { DialogForm } from "./DialogForm.tsx";

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
    <DialogForm
      title="Invite a member"
      lead="They get a link, good for one use and seven days, and choose a name and a password of their own."
      form={form}
      refused="Nobody was invited"
      submit="Invite"
      onClose={onClose}
    >
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
    </DialogForm>
  );
}

const WHY = {
  sent: "",
  none: "No mail provider is set up, so nothing was mailed.",
  refused: "The mail provider refused the address, so nothing was mailed.",
  transient: "The mail provider did not answer, so nothing was mailed.",
} as const;

const Link = ({ made, onClose }: { made: Invitation; onClose: () => void }) => (
  <CopyDialog
    title="Send this link yourself"
    lead={`${WHY[made.mail]} Whoever opens the link joins as ${made.email}: send it to them alone.`}
    what="link"
    text={made.url ?? ""}
    hint={`Works once, until ${day(made.expiresAt)}`}
    onClose={onClose}
  />
);
