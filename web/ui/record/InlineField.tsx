import { Pencil } from "lucide";
import { h, type TargetedInputEvent } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { classes } from "../classes.ts";
import { Icon } from "../Icon.tsx";
import { Kbd } from "../Kbd.tsx";
import { Missing } from "../Num.tsx";
import type { DetailField } from "./detail-field.ts";
import type { RecordEdit } from "./use-record-edit.ts";

interface InlineFieldProps<RecordT> {
  field: DetailField<RecordT>;
  record: RecordT;
  edit: RecordEdit<RecordT>;
  editable: boolean;
}

interface Draft {
  text: string;
  problem: string | null;
}

/** Value, then input in its place: Enter saves, Escape reverts, a refusal keeps what was typed. */
export function InlineField<RecordT>({ field, record, edit, editable }: InlineFieldProps<RecordT>) {
  const [draft, setDraft] = useState<Draft | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const text = field.read(record);
  const shown = text === "" ? <Missing /> : (field.show?.(record) ?? text);

  const back = () => {
    setDraft(null);
    requestAnimationFrame(() => button.current?.focus());
  };
  const save = async (typed: string) => {
    back();
    const problem = await edit.save(field, typed);
    if (problem !== null) setDraft({ text: typed, problem });
  };

  if (draft) {
    return (
      <FieldInput
        field={field}
        record={record}
        draft={draft}
        onText={(typed) => setDraft({ text: typed, problem: null })}
        onSave={(typed) => void save(typed)}
        onRevert={back}
      />
    );
  }
  return (
    <div class="detail">
      <span class="detail-label">{field.label}</span>
      {editable && (field.open?.() ?? true) ? (
        <button
          ref={button}
          type="button"
          class="detail-value"
          title="Click or press E to edit"
          onClick={() => setDraft({ text, problem: null })}
        >
          <span class="hidden-text">{`${field.label}: `}</span>
          <span class="detail-shown">{field.ltr ? <bdi dir="ltr">{shown}</bdi> : shown}</span>
          <Icon icon={Pencil} size={12} class="detail-pencil" />
          <span class="hidden-text">, edit</span>
        </button>
      ) : (
        <span class="detail-text">{shown}</span>
      )}
    </div>
  );
}

interface FieldInputProps<RecordT> {
  field: DetailField<RecordT>;
  record: RecordT;
  draft: Draft;
  onText: (text: string) => void;
  onSave: (text: string) => void;
  onRevert: () => void;
}

function FieldInput<RecordT>({ field, record, draft, onText, onSave, onRevert }: FieldInputProps<RecordT>) {
  const id = useId();
  const control = useRef<HTMLInputElement & HTMLSelectElement>(null);
  // Enter, Escape and the loss of focus that follows them are one decision.
  const decided = useRef(false);
  useEffect(() => {
    control.current?.focus();
    if (field.kind !== "choice" && field.kind !== "date") control.current?.select();
  }, [field.kind]);

  const finish = (act: () => void) => {
    if (decided.current) return;
    decided.current = true;
    act();
  };
  const common = {
    id,
    ref: control,
    class: "detail-input",
    value: draft.text,
    "aria-invalid": draft.problem !== null,
    "aria-describedby": draft.problem ? `${id}-problem` : undefined,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === "Escape") finish(onRevert);
      if (event.key === "Enter" && !event.isComposing) finish(() => onSave(draft.text));
    },
    onBlur: () => {
      // After a refusal the text waits for a deliberate Enter or Escape.
      if (draft.problem === null) finish(() => onSave(draft.text));
    },
  };
  return (
    <div class="detail detail-editing">
      <label class="detail-label" for={id}>
        {field.label}
      </label>
      <div class={classes("detail-box", draft.problem !== null && "detail-wrong")}>
        {field.kind === "choice" ? (
          <select
            {...common}
            onChange={(event) => {
              const chosen = event.currentTarget.value;
              finish(() => onSave(chosen));
            }}
          >
            {field.options?.(record).map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
        ) : (
          h("input", {
            ...common,
            type: field.kind === "date" ? "date" : "text",
            inputmode: field.kind === "email" || field.kind === "tel" ? field.kind : "text",
            autocomplete: "off",
            dir: field.ltr ? "ltr" : "auto",
            onInput: (event: TargetedInputEvent<HTMLInputElement>) => onText(event.currentTarget.value),
          })
        )}
        {field.kind === "choice" ? null : <Kbd>Enter</Kbd>}
      </div>
      {draft.problem ? (
        <p id={`${id}-problem`} class="detail-problem" role="alert">
          {draft.problem}
        </p>
      ) : null}
    </div>
  );
}
