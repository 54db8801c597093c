import { Eye, EyeOff } from "lucide";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { IconButton } from "../../ui/Button.tsx";
import { Field } from "../../ui/Field.tsx";

interface PasswordFieldProps {
  autocomplete: "current-password" | "new-password";
  hint?: ComponentChildren;
  name: string;
  value: string;
  onValue: (value: string) => void;
  error: string | undefined;
}

export function PasswordField(props: PasswordFieldProps) {
  const [shown, setShown] = useState(false);
  return (
    <Field
      {...props}
      label="Password"
      type={shown ? "text" : "password"}
      spellcheck={false}
      dir="ltr"
      end={
        <span class="door-eye">
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
