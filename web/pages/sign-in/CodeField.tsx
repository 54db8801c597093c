import { useEffect, useRef, useState } from "preact/hooks";
import { Field } from "../../ui/Field.tsx";

interface CodeFieldProps {
  name: string;
  value: string;
  onValue: (value: string) => void;
  error: string | undefined;
}

/** A code of the authenticator app, with a phone's number keys; or a recovery code, with letters. */
export function CodeField(props: CodeFieldProps) {
  const [recovery, setRecovery] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  // It is all that is asked for wherever it appears.
  useEffect(() => field.current?.focus(), [recovery]);
  const change = () => {
    props.onValue("");
    setRecovery(!recovery);
  };
  return (
    <>
      <Field
        // Another kind of field, not the same one with other keys: phones do not change them under way.
        key={recovery ? "recovery" : "app"}
        {...props}
        ref={field}
        label={recovery ? "Recovery code" : "Code"}
        hint={recovery ? "One of the ten that you kept; it works once" : "Six digits, from your authenticator app"}
        autocomplete={recovery ? "off" : "one-time-code"}
        inputMode={recovery ? "text" : "numeric"}
        spellcheck={false}
        dir="ltr"
      />
      <button type="button" class="link door-aside" onClick={change}>
        {recovery ? "Use the authenticator app" : "Use a recovery code"}
      </button>
    </>
  );
}
