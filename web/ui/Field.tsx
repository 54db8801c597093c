import { TriangleAlert } from "lucide";
import { type ComponentChildren, h, type Ref, type TargetedInputEvent } from "preact";
import { useId } from "preact/hooks";
import { classes } from "./classes.ts";
import { Icon } from "./Icon.tsx";
import "./Field.css";

interface FrameProps {
  label: string;
  /** What to write, while nothing is wrong. */
  hint?: ComponentChildren;
  /** What is wrong and what to do. */
  error?: ComponentChildren;
  optional?: boolean | undefined;
}

interface FrameRenderProps extends FrameProps {
  children: (control: {
    id: string;
    "aria-invalid": boolean;
    "aria-describedby": string | undefined;
  }) => ComponentChildren;
}

/** A label above, a control, and one line below it: the hint, or the error in its place. */
function Frame({ label, hint, error, optional, children }: FrameRenderProps) {
  const id = useId();
  const note = error || hint ? `${id}-note` : undefined;
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
        {optional ? <span class="field-optional">optional</span> : null}
      </label>
      {children({ id, "aria-invalid": Boolean(error), "aria-describedby": note })}
      {note ? (
        <div id={note} class={classes("field-note", Boolean(error) && "field-error")}>
          {error ? <Icon icon={TriangleAlert} size={12} /> : null}
          <span>{error || hint}</span>
        </div>
      ) : null}
    </div>
  );
}

interface InputAttributes {
  type?: "text" | "email" | "password" | "tel" | "url" | "date";
  /** Of a date, the first and the last that may be chosen. */
  min?: string;
  max?: string;
  name?: string;
  autocomplete?: "name" | "email" | "organization" | "current-password" | "new-password" | "one-time-code" | "off";
  /** Which keyboard a phone shows. */
  inputMode?: "numeric" | "text";
  placeholder?: string;
  readonly?: boolean;
  spellcheck?: boolean;
  /** Handles, addresses and numbers read left to right in every language. */
  dir?: "ltr" | "auto";
}

interface FieldProps extends FrameProps, InputAttributes {
  value: string;
  onValue: (value: string) => void;
  ref?: Ref<HTMLInputElement>;
  /** Something at the end of the box, e.g. a button that shows the password. */
  end?: ComponentChildren;
}

export function Field({ label, hint, error, optional, value, onValue, end, ...input }: FieldProps) {
  return (
    <Frame label={label} hint={hint} error={error} optional={optional}>
      {(control) => (
        <div class="field-box">
          {h("input", {
            ...input,
            ...control,
            class: "input",
            value,
            onInput: (event: TargetedInputEvent<HTMLInputElement>) => onValue(event.currentTarget.value),
          })}
          {end}
        </div>
      )}
    </Frame>
  );
}

export interface Option {
  value: string;
  label: string;
}

interface SelectProps extends FrameProps {
  name?: string;
  value: string;
  onValue: (value: string) => void;
  options: readonly Option[];
}

export function Select({ label, hint, error, optional, value, onValue, options, name }: SelectProps) {
  return (
    <Frame label={label} hint={hint} error={error} optional={optional}>
      {(control) => (
        <select
          {...control}
          name={name}
          class="input select"
          value={value}
          onChange={(event) => onValue(event.currentTarget.value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Frame>
  );
}
