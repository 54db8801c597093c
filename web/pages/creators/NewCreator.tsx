import { CREATOR_STAGES, type Creator, creatorCreateSchema } from "../../../domain/records/creator.ts";
import { createCreator } from "../../api.ts";
import { COUNTRIES } from "../../countries.ts";
import { me } from "../../state/session.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field, Select } from "../../ui/Field.tsx";
import { FormRefusal } from "../../ui/form/FormRefusal.tsx";
import { errorsOf } from "../../ui/form/schema-errors.ts";
import { useForm } from "../../ui/form/use-form.ts";
import { STAGE_WORDS } from "../../words.ts";
import { handleProblem } from "./handle.ts";
import { handsOn, ownerOptions } from "./owners.ts";
import "./NewCreator.css";

interface NewCreatorProps {
  onClose: () => void;
  onCreated: (creator: Creator) => void;
}

type Name = "displayName" | "handle" | "email" | "country" | "stage" | "ownerId";

const toWrite = (values: Record<Name, string>) => ({ ...values, ownerId: values.ownerId || null });

export function NewCreator({ onClose, onCreated }: NewCreatorProps) {
  const form = useForm<Name>({
    initial: { displayName: "", handle: "", email: "", country: "", stage: "lead", ownerId: me.value?.user.id ?? "" },
    validate(values) {
      const problem = handleProblem(values.handle);
      return { ...errorsOf(creatorCreateSchema, toWrite(values)), ...(problem ? { handle: problem } : {}) };
    },
    async submit(values) {
      onCreated(await createCreator(creatorCreateSchema.parse(toWrite(values))));
    },
    fieldOf: { handle_taken: "handle" },
  });
  return (
    <Dialog title="New creator" lead="Numbers come in once the creator has connected TikTok." onClose={onClose}>
      <form class="new-creator" noValidate onSubmit={form.onSubmit}>
        {form.refusal ? <FormRefusal title="The creator was not added" error={form.refusal} /> : null}
        <Field label="Name" autocomplete="off" {...form.bind("displayName")} />
        <Field
          label="TikTok handle"
          optional
          autocomplete="off"
          spellcheck={false}
          dir="ltr"
          placeholder="@mirafolds"
          {...form.bind("handle")}
        />
        <Field label="E-mail" optional type="email" autocomplete="off" dir="ltr" {...form.bind("email")} />
        <div class="new-creator-pair">
          <Select
            label="Country"
            optional
            options={[{ value: "", label: "Not said" }, ...COUNTRIES]}
            {...form.bind("country")}
          />
          <Select
            label="Stage"
            options={CREATOR_STAGES.map((stage) => ({ value: stage, label: STAGE_WORDS[stage] }))}
            {...form.bind("stage")}
          />
        </div>
        {handsOn() ? (
          <Select label="Owner" options={ownerOptions(me.value?.user.id ?? null)} {...form.bind("ownerId")} />
        ) : null}
        <footer class="dialog-actions">
          <Button look="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button look="ink" type="submit" busy={form.busy}>
            Add creator
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
