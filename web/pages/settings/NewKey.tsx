import { useState } from "preact/hooks";
import { type ApiKeyMade, apiKeyCreateSchema } from "../../../domain/records/api-key.ts";
import { isAbove, ROLES, type Role } from "../../../domain/roles.ts";
import { createKey } from "../../api.ts";
import { me } from "../../state/session.ts";
import { Field, Select } from "../../ui/Field.tsx";
import { errorsOf } from "../../ui/form/schema-errors.ts";
import { useForm } from "../../ui/form/use-form.ts";
import { ROLE_REACH, ROLE_WORDS } from "../../words.ts";
import { CopyDialog } from "./CopyDialog.tsx";
import { DialogForm } from "./DialogForm.tsx";

interface NewKeyProps {
  onClose: () => void;
  onMade: () => void;
}

const DAY_MS = 86_400_000;
const EXPIRIES = [
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
  { value: "", label: "Never, until it is revoked" },
] as const;

type Name = "name" | "role" | "expiresAt";

const toWrite = ({ name, role, expiresAt }: Record<Name, string>) => ({
  name,
  role,
  expiresAt: expiresAt === "" ? null : new Date(Date.now() + Number(expiresAt) * DAY_MS).toISOString(),
});

/** What the key is for and how far it goes; then its secret, this once. */
export function NewKey({ onClose, onMade }: NewKeyProps) {
  const [made, setMade] = useState<ApiKeyMade | null>(null);
  const form = useForm<Name>({
    initial: { name: "", role: "viewer", expiresAt: "90" },
    validate: (values) => errorsOf(apiKeyCreateSchema, toWrite(values)),
    async submit(values) {
      setMade(await createKey(apiKeyCreateSchema.parse(toWrite(values))));
      onMade();
    },
  });
  if (made) return <Secret made={made} onClose={onClose} />;

  const own = me.value?.role ?? "viewer";
  const roles = ROLES.filter((role) => !isAbove(role, own));
  return (
    <DialogForm
      title="New API key"
      lead="A program signs in with it, in your name. It can never do more than you, and stops when you leave the agency."
      form={form}
      refused="No key was made"
      submit="Make key"
      onClose={onClose}
    >
      <Field
        label="Name"
        autocomplete="off"
        placeholder="Night report"
        hint="What it is for, so that you know it again in a year"
        {...form.bind("name")}
      />
      <Select
        label="Role"
        options={roles.map((role) => ({ value: role, label: ROLE_WORDS[role] }))}
        hint={reachOf(form.values.role)}
        {...form.bind("role")}
      />
      <Select label="Expires" options={EXPIRIES} {...form.bind("expiresAt")} />
    </DialogForm>
  );
}

const isRole = (value: string): value is Role => ROLES.some((role) => role === value);
const reachOf = (role: string): string | undefined => (isRole(role) ? ROLE_REACH[role] : undefined);

/** Nobody can ask for it again: not us either, we keep its fingerprint alone. */
const Secret = ({ made, onClose }: { made: ApiKeyMade; onClose: () => void }) => (
  <CopyDialog
    title={`${made.name} is ready`}
    lead="Copy its secret now: it is shown this once and stored nowhere in clear. Whoever has it can do what the key can."
    what="secret"
    text={made.secret}
    hint={
      <>
        Programs send it as <bdi dir="ltr">Authorization: Bearer ek_…</bdi>
      </>
    }
    onClose={onClose}
  />
);
