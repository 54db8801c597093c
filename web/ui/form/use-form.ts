import type { TargetedSubmitEvent } from "preact";
import { useState } from "preact/hooks";
import { type ApiError, asApiError } from "../../http.ts";

/** A sentence for each field that is wrong. */
export type FieldErrors<Name extends string> = Partial<Record<Name, string>>;

export interface FormOptions<Name extends string> {
  initial: Record<Name, string>;
  /** What is wrong before anything is sent. */
  validate: (values: Record<Name, string>) => FieldErrors<Name>;
  submit: (values: Record<Name, string>) => Promise<void>;
  /** Which field a refusal is about, by its code: `{ email_taken: "email" }`. */
  fieldOf?: Partial<Record<string, Name>>;
}

export interface Form<Name extends string> {
  values: Record<Name, string>;
  set: (name: Name, value: string) => void;
  /** Everything that a field needs to be part of the form. */
  bind: (name: Name) => { name: Name; value: string; onValue: (value: string) => void; error: string | undefined };
  /** A refusal that is about no field. */
  refusal: ApiError | null;
  busy: boolean;
  onSubmit: (event: TargetedSubmitEvent<HTMLFormElement>) => void;
}

/**
 * A form's state. What the person typed is never lost: a refusal is shown beside its field
 * and the first wrong field gets the focus.
 */
export function useForm<Name extends string>({
  initial,
  validate,
  submit,
  fieldOf = {},
}: FormOptions<Name>): Form<Name> {
  const [values, setValues] = useState(initial);
  const [errors, setErrors] = useState<FieldErrors<Name>>({});
  const [refusal, setRefusal] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);

  const show = (form: HTMLFormElement, found: FieldErrors<Name>) => {
    setErrors(found);
    const [first] = Object.keys(found);
    if (first) form.querySelector<HTMLElement>(`[name="${CSS.escape(first)}"]`)?.focus();
  };

  const known = (name: string): name is Name => name in initial;

  const explain = (error: ApiError): FieldErrors<Name> => {
    const found: FieldErrors<Name> = {};
    for (const { path, message } of error.errors) if (known(path)) found[path] ??= message;
    const field = fieldOf[error.code];
    if (field) found[field] ??= error.detail;
    return found;
  };

  async function run(form: HTMLFormElement): Promise<void> {
    const wrong = validate(values);
    setRefusal(null);
    if (Object.keys(wrong).length > 0) {
      show(form, wrong);
      return;
    }
    setErrors({});
    setBusy(true);
    try {
      await submit(values);
    } catch (thrown) {
      const error = asApiError(thrown);
      const found = explain(error);
      if (Object.keys(found).length > 0) show(form, found);
      else setRefusal(error);
    }
    setBusy(false);
  }

  const set = (name: Name, value: string) => {
    setValues((before) => ({ ...before, [name]: value }));
    setErrors((before) => ({ ...before, [name]: undefined }));
  };

  return {
    values,
    set,
    bind: (name) => ({ name, value: values[name], onValue: (value) => set(name, value), error: errors[name] }),
    refusal,
    busy,
    onSubmit(event) {
      event.preventDefault();
      if (!busy) void run(event.currentTarget);
    },
  };
}
