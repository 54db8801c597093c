import { Ban, CircleCheck, Clock } from "lucide";
import type { ApiKey } from "../../../domain/records/api-key.ts";
import { day } from "../../format.ts";
import { everyHalfMinute } from "../../state/clock.ts";
import { memberName, shortName } from "../../state/session.ts";
import { Mark } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { classes } from "../../ui/classes.ts";
import { isPhone } from "../../ui/media.ts";
import { RelativeTime } from "../../ui/RelativeTime.tsx";
import { actionsHead, Table } from "../../ui/Table.tsx";
import { ROLE_WORDS } from "../../words.ts";
import { type KeyState, keyState } from "./key-state.ts";
import "../../ui/list/list.css";

interface KeyListProps {
  keys: readonly ApiKey[];
  onRevoke: (key: ApiKey) => void;
}

export const KeyList = (props: KeyListProps) => (isPhone.value ? <KeyLines {...props} /> : <KeyTable {...props} />);

const KeyTable = ({ keys, onRevoke }: KeyListProps) => (
  <Table
    class="list-table keys"
    label="API keys"
    rows={keys.map((key) => ({ key, state: keyState(key, everyHalfMinute.value) }))}
    keyOf={({ key }) => key.id}
    rowClass={({ state }) => (state === "stands" ? undefined : "keys-over")}
    columns={[
      { head: "Name", cellClass: "keys-name", title: ({ key }) => key.name, cell: ({ key }) => key.name },
      { head: "Role", width: "keys-role", cell: ({ key }) => ROLE_WORDS[key.role] },
      { head: "State", width: "keys-state", cell: ({ key, state }) => <StateMark state={state} apiKey={key} /> },
      {
        head: "Last used",
        width: "keys-time",
        cell: ({ key }) => (key.lastUsedAt ? <RelativeTime at={key.lastUsedAt} /> : "Never"),
      },
      { head: "Expires", width: "keys-time", cell: ({ key }) => (key.expiresAt ? day(key.expiresAt) : "Never") },
      { head: "Made", width: "keys-made", class: "list-from-1024", cell: ({ key }) => madeBy(key) },
      {
        head: actionsHead,
        width: "keys-end",
        cellClass: "list-end",
        cell: ({ key, state }) => (state === "stands" ? <Revoke apiKey={key} onRevoke={onRevoke} /> : null),
      },
    ]}
  />
);

/** On a phone: which key, what it may do, and the one thing to do with it. */
const KeyLines = ({ keys, onRevoke }: KeyListProps) => (
  <ul class="list-rows keys-lines" aria-label="API keys">
    {keys.map((key) => {
      const state = keyState(key, everyHalfMinute.value);
      return (
        <li key={key.id} class={classes("keys-line", state !== "stands" && "keys-over")}>
          <div class="keys-words">
            <span class="keys-name">{key.name}</span>
            <span class="keys-about">
              {ROLE_WORDS[key.role]} · {key.lastUsedAt ? <RelativeTime at={key.lastUsedAt} /> : "never used"}
            </span>
            {state === "stands" ? (
              <span class="keys-about">{key.expiresAt ? `Expires ${day(key.expiresAt)}` : "Does not expire"}</span>
            ) : (
              <StateMark state={state} apiKey={key} />
            )}
          </div>
          {state === "stands" ? <Revoke apiKey={key} onRevoke={onRevoke} /> : null}
        </li>
      );
    })}
  </ul>
);

const Revoke = ({ apiKey, onRevoke }: { apiKey: ApiKey; onRevoke: (key: ApiKey) => void }) => (
  <Button look="danger" aria-label={`Revoke ${apiKey.name}`} onClick={() => onRevoke(apiKey)}>
    Revoke
  </Button>
);

function StateMark({ state, apiKey }: { state: KeyState; apiKey: ApiKey }) {
  if (state === "stands")
    return (
      <Mark icon={CircleCheck} meaning="success">
        Active
      </Mark>
    );
  if (state === "expired") return <Mark icon={Clock}>Expired</Mark>;
  return (
    <Mark icon={Ban} title={apiKey.revokedAt ? `Revoked on ${day(apiKey.revokedAt)}` : undefined}>
      Revoked
    </Mark>
  );
}

function madeBy({ createdAt, createdBy }: ApiKey): string {
  const name = memberName(createdBy);
  return name ? `${day(createdAt)} by ${shortName(name)}` : day(createdAt);
}
