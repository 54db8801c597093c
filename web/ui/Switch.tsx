import { classes } from "./classes.ts";
import "./Switch.css";

interface SwitchProps {
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
  /** Why it cannot be moved. */
  reason?: string | undefined;
  busy?: boolean;
}

export function Switch({ label, on, onChange, reason, busy = false }: SwitchProps) {
  const blocked = Boolean(reason) || busy;
  return (
    <button
      type="button"
      role="switch"
      class={classes("switch", on && "switch-on")}
      aria-checked={on}
      aria-label={label}
      aria-disabled={blocked}
      aria-description={reason}
      title={reason}
      onClick={() => {
        if (!blocked) onChange(!on);
      }}
    >
      <span class="switch-thumb" />
    </button>
  );
}
