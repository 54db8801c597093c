import type { ComponentChildren } from "preact";

interface AccountRowProps {
  label: string;
  /** What it is now. */
  children: ComponentChildren;
  /** A second line under it. */
  note?: ComponentChildren;
  action?: ComponentChildren;
}

/** One thing of an account: what it is called, what it is, and what can be done about it. */
export const AccountRow = ({ label, children, note, action }: AccountRowProps) => (
  <div class="account-row">
    <span class="account-label">{label}</span>
    <div class="account-value">
      <div>{children}</div>
      {note ? <div class="account-note">{note}</div> : null}
    </div>
    {action ? <div class="account-action">{action}</div> : null}
  </div>
);
