import type { TenantSecurity } from "../../../domain/records/tenant-security.ts";
import { changeSecurity } from "../../api.ts";
import { toast } from "../../state/toasts.ts";
import { Button } from "../../ui/Button.tsx";
import { Select } from "../../ui/Field.tsx";
import { FormRefusal } from "../../ui/form/FormRefusal.tsx";
import { useForm } from "../../ui/form/use-form.ts";
import { Section, SectionHead } from "../../ui/Section.tsx";
import { type Limit, limitOptions } from "./session-limits.ts";

interface SecurityPartProps {
  now: TenantSecurity;
  onChanged: (now: TenantSecurity) => void;
}

/** How long a browser stays signed in. */
export function SessionLimits({ now, onChanged }: SecurityPartProps) {
  const form = useForm<Limit>({
    initial: { idleHours: String(now.idleHours), absoluteHours: String(now.absoluteHours) },
    validate: ({ idleHours, absoluteHours }) =>
      Number(idleHours) > Number(absoluteHours)
        ? { idleHours: "That is longer than a session lives at all: choose less, or let sessions live longer" }
        : {},
    async submit({ idleHours, absoluteHours }) {
      onChanged(await changeSecurity({ idleHours: Number(idleHours), absoluteHours: Number(absoluteHours) }));
      toast("done", "Sessions end as you chose, those that stand too");
    },
  });
  const { idleHours, absoluteHours } = form.values;
  const same = Number(idleHours) === now.idleHours && Number(absoluteHours) === now.absoluteHours;
  return (
    <Section>
      <SectionHead title="How long a browser stays signed in" />
      <form class="security-form" noValidate onSubmit={form.onSubmit}>
        {form.refusal ? <FormRefusal title="Nothing was changed" error={form.refusal} /> : null}
        <div class="security-limits">
          <Select
            label="While it is not used"
            options={limitOptions("idleHours", now)}
            hint="Then it asks to sign in again"
            {...form.bind("idleHours")}
          />
          <Select
            label="In all, however much it is used"
            options={limitOptions("absoluteHours", now)}
            hint="Counted from the sign-in"
            {...form.bind("absoluteHours")}
          />
        </div>
        <p class="security-note">It counts for everybody, from now on, in browsers that are signed in already too.</p>
        <Button look="ink" type="submit" busy={form.busy} reason={same ? "It is so already" : undefined}>
          Save
        </Button>
      </form>
    </Section>
  );
}
