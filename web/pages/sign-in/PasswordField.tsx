import { Eye, EyeOff } from "lucide";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { IconButton } from "../../ui/Button.tsx";
import { Field } from "../../ui/Field.tsx";
import "./PasswordField.css";

interface PasswordFieldProps {
  label?: string;
  autocomplete: "current-password" | "new-password";
  hint?: ComponentChildren;
  name: string;
  value: string;
  onValue: (value: string) => void;
  error: string | undefined;
}

export function PasswordField({ label = "Password", ...props }: PasswordFieldProps) {
  const [shown, setShown] = useState(false);
  return (
    <Field
      {...props}
      label={label}
      type={shown ? "text" : "password"}
      spellcheck={false}
      dir="ltr"
      end={
        <span class="password-eye">
          <IconButton
            icon={shown ? EyeOff : Eye}
            label={shown ? "Hide the password" : "Show the password"}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          />
        </span>
      }
    />
  );
}
