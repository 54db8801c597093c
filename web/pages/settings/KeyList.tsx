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
import { ROLE_WORDS } from "../../words.ts";
import { type KeyState, keyState } from "./key-state.ts";
import "../../ui/list/list.css";

interface KeyListProps {
  keys: readonly ApiKey[];
  onRevoke: (key: ApiKey) => void;
}

export const KeyList = (props: KeyListProps) => (isPhone.value ? <KeyLines {...props} /> : <KeyTable {...props} />);

const KeyTable = ({ keys, onRevoke }: KeyListProps) => (
  <table class="list-table keys" aria-label="API keys">
    <thead>
      <tr>
        <th scope="col">Name</th>
        <th scope="col" class="keys-role">
          Role
        </th>
        <th scope="col" class="keys-state">
          State
        </th>
        <th scope="col" class="keys-time">
          Last used
        </th>
        <th scope="col" class="keys-time">
          Expires
        </th>
        <th scope="col" class="keys-made list-from-1024">
          Made
        </th>
        <th scope="col" class="keys-end">
          <span class="hidden-text">Actions</span>
        </th>
      </tr>
    </thead>
    <tbody>
      {keys.map((key) => {
        const state = keyState(key, everyHalfMinute.value);
        return (
          <tr key={key.id} class={classes(state !== "stands" && "keys-over")}>
            <td class="keys-name" title={key.name}>
              {key.name}
            </td>
            <td>{ROLE_WORDS[key.role]}</td>
            <td>
              <StateMark state={state} apiKey={key} />
            </td>
            <td>{key.lastUsedAt ? <RelativeTime at={key.lastUsedAt} /> : "Never"}</td>
            <td>{key.expiresAt ? day(key.expiresAt) : "Never"}</td>
            <td class="list-from-1024">{madeBy(key)}</td>
            <td class="list-end">{state === "stands" ? <Revoke apiKey={key} onRevoke={onRevoke} /> : null}</td>
          </tr>
        );
      })}
    </tbody>
  </table>
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
