import { PasswordField } from "./PasswordField.tsx";
import { strengthOf } from "./password.ts";
import { useEstimate } from "./use-estimate.ts";
import "./NewPasswordField.css";

interface NewPasswordFieldProps {
  label?: string;
  /** What is known of the person: their name, address and agency make bad passwords. */
  about: readonly string[];
  name: string;
  value: string;
  onValue: (value: string) => void;
  error: string | undefined;
}

/** A password that is chosen here, with how good it is while it is typed. */
export function NewPasswordField({ about, ...field }: NewPasswordFieldProps) {
  const { level, words } = strengthOf(field.value, useEstimate(field.value, about));
  return (
    <PasswordField
      {...field}
      autocomplete="new-password"
      hint={
        <span class={`strength strength-${level}`}>
          <svg class="strength-bar" viewBox="0 0 60 4" width="60" height="4" aria-hidden="true">
            {[0, 1, 2].map((step) => (
              <rect
                key={step}
                x={step * 21}
                width="18"
                height="4"
                rx="2"
                class={step < level ? "strength-on" : "strength-off"}
              />
            ))}
          </svg>
          <span role="status">{words}</span>
        </span>
      }
    />
  );
}
