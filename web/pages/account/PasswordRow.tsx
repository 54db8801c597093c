import { useState } from "preact/hooks";
import { Button } from "../../ui/Button.tsx";
import { AccountRow } from "./AccountRow.tsx";
import { PasswordDialog } from "./PasswordDialog.tsx";

export function PasswordRow({ onChanged }: { onChanged: () => void }) {
  const [changing, setChanging] = useState(false);
  return (
    <>
      <AccountRow
        label="Password"
        action={
          <Button aria-label="Change your password" onClick={() => setChanging(true)}>
            Change
          </Button>
        }
      >
        <span class="quiet">Known to you alone</span>
      </AccountRow>
      {changing ? <PasswordDialog onClose={() => setChanging(false)} onChanged={onChanged} /> : null}
    </>
  );
}
