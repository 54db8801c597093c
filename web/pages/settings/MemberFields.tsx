import { useState } from "preact/hooks";
import type { Member, MemberPatch } from "../../../domain/records/member.ts";
import { ROLES, type Role } from "../../../domain/roles.ts";
import { ROLE_WORDS } from "../../words.ts";
import type { MayChange } from "./may-change.ts";

interface MemberFieldProps {
  member: Member;
  may: MayChange;
  onChange: (patch: MemberPatch, done: string) => void;
}

const isRole = (value: string): value is Role => ROLES.some((role) => role === value);

/** The role, changed where it stands; or a word, and on hover why it stays. */
export function RoleField({ member, may, onChange }: MemberFieldProps) {
  if (may.roleRefusal !== null) return <span title={may.roleRefusal}>{ROLE_WORDS[member.role]}</span>;
  return (
    <select
      class="member-input member-role"
      aria-label={`Role of ${member.name}`}
      value={member.role}
      onChange={({ currentTarget: { value } }) => {
        if (isRole(value)) onChange({ role: value }, `${member.name} has the role ${ROLE_WORDS[value]} now`);
      }}
    >
      {may.roles.map((role) => (
        <option key={role} value={role}>
          {ROLE_WORDS[role]}
        </option>
      ))}
    </select>
  );
}

/** The team, written where it stands: Enter or leaving it saves, Escape reverts. Known teams are offered. */
export function TeamField({ member, may, onChange }: MemberFieldProps) {
  const [draft, setDraft] = useState<string | null>(null);
  if (!may.team) return <span>{member.team ?? "—"}</span>;
  const save = () => {
    const team = draft?.trim() || null;
    setDraft(null);
    if (draft !== null && team !== member.team)
      onChange({ team }, team ? `${member.name} is in ${team} now` : `${member.name} is in no team now`);
  };
  return (
    <input
      class="member-input member-team"
      aria-label={`Team of ${member.name}`}
      list="teams"
      maxLength={60}
      placeholder="No team"
      autocomplete="off"
      dir="auto"
      value={draft ?? member.team ?? ""}
      onInput={({ currentTarget }) => setDraft(currentTarget.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === "Escape") setDraft(null);
        if (event.key === "Enter" && !event.isComposing) save();
      }}
    />
  );
}

/** The agency's teams, offered while one is written. */
export const Teams = ({ members }: { members: readonly Member[] }) => (
  <datalist id="teams">
    {[...new Set(members.flatMap(({ team }) => team ?? []))].toSorted().map((team) => (
      <option key={team} value={team} />
    ))}
  </datalist>
);
