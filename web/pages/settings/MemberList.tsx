import { Ban, CircleCheck, Crown, Ellipsis, UserCheck, UserMinus } from "lucide";
import type { Member, MemberPatch } from "../../../domain/records/member.ts";
import { me } from "../../state/session.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Badge, Mark } from "../../ui/Badge.tsx";
import { IconButton } from "../../ui/Button.tsx";
import { classes } from "../../ui/classes.ts";
import { Menu, type MenuEntry } from "../../ui/Menu.tsx";
import { isPhone } from "../../ui/media.ts";
import { RelativeTime } from "../../ui/RelativeTime.tsx";
import { actionsHead, Table } from "../../ui/Table.tsx";
import { RoleField, TeamField } from "./MemberFields.tsx";
import { type MayChange, mayChange } from "./may-change.ts";
import "../../ui/list/list.css";

export interface MemberListProps {
  members: readonly Member[];
  onChange: (member: Member, patch: MemberPatch, done: string) => void;
  onRemove: (member: Member) => void;
  onTransfer: (member: Member) => void;
}

/** Who is here, what they may do, and when they last were. */
export const MemberList = (props: MemberListProps) =>
  isPhone.value ? <MemberLines {...props} /> : <MemberTable {...props} />;

interface Known {
  member: Member;
  may: MayChange;
  itself: boolean;
}

function known(members: readonly Member[]): Known[] {
  const signed = me.value;
  const owners = members.filter(({ role, state }) => role === "owner" && state === "active").length;
  const by = { id: signed?.user.id ?? "", role: signed?.role ?? "viewer" };
  return members.map((member) => ({ member, may: mayChange(by, member, owners), itself: member.id === by.id }));
}

const MemberTable = (props: MemberListProps) => {
  const changing = (member: Member) => (patch: MemberPatch, done: string) => props.onChange(member, patch, done);
  return (
    <Table
      class="list-table members"
      label="Members"
      rows={known(props.members)}
      keyOf={({ member }) => member.id}
      rowClass={({ member }) => (member.state === "suspended" ? "members-out" : undefined)}
      columns={[
        { head: "Name", cell: ({ member, itself }) => <Person member={member} itself={itself} /> },
        {
          head: "Role",
          width: "members-role",
          cell: ({ member, may }) => <RoleField member={member} may={may} onChange={changing(member)} />,
        },
        {
          head: "Team",
          width: "members-team",
          cell: ({ member, may }) => <TeamField member={member} may={may} onChange={changing(member)} />,
        },
        { head: "State", width: "members-state", cell: ({ member }) => <State member={member} /> },
        {
          head: "Last active",
          width: "members-active",
          class: "list-from-1024",
          cell: ({ member }) => <LastActive member={member} />,
        },
        {
          head: actionsHead,
          width: "members-end",
          cellClass: "list-end",
          cell: (row) => <Actions {...props} {...row} />,
        },
      ]}
    />
  );
};

const MemberLines = (props: MemberListProps) => (
  <ul class="list-rows members-lines" aria-label="Members">
    {known(props.members).map(({ member, may, itself }) => {
      const change = (patch: MemberPatch, done: string) => props.onChange(member, patch, done);
      return (
        <li key={member.id} class={classes("members-line", member.state === "suspended" && "members-out")}>
          <div class="members-head">
            <Person member={member} itself={itself} />
            <Actions {...props} member={member} may={may} itself={itself} />
          </div>
          <div class="members-pair">
            <RoleField member={member} may={may} onChange={change} />
            <TeamField member={member} may={may} onChange={change} />
          </div>
          <p class="members-about">
            <State member={member} /> · <LastActive member={member} />
          </p>
        </li>
      );
    })}
  </ul>
);

const Person = ({ member, itself }: { member: Member; itself: boolean }) => (
  <span class="member">
    <Avatar name={member.name} size={28} />
    <span class="member-words">
      <span class="member-name">
        <span class="member-text" title={member.name}>
          {member.name}
        </span>
        {itself ? <Badge>You</Badge> : null}
      </span>
      <bdi class="member-mail" dir="ltr" title={member.email}>
        {member.email}
      </bdi>
    </span>
  </span>
);

const State = ({ member }: { member: Member }) =>
  member.state === "active" ? (
    <Mark icon={CircleCheck} meaning="success">
      Active
    </Mark>
  ) : (
    <Mark icon={Ban} title="May not sign in; what they own stays theirs">
      Suspended
    </Mark>
  );

const LastActive = ({ member: { lastActiveAt } }: { member: Member }) =>
  lastActiveAt ? <RelativeTime at={lastActiveAt} /> : <>Never</>;

function Actions({ member, may, itself, onChange, onRemove, onTransfer }: MemberListProps & Known) {
  const suspended = member.state === "suspended";
  const entries: MenuEntry[] = [];
  if (may.suspend && suspended)
    entries.push({
      kind: "action",
      label: "Let in again",
      icon: UserCheck,
      onSelect: () => onChange(member, { state: "active" }, `${member.name} may sign in again`),
    });
  if (may.suspend && !suspended)
    entries.push({
      kind: "action",
      label: "Suspend",
      icon: Ban,
      onSelect: () => onChange(member, { state: "suspended" }, `${member.name} is suspended and signed out`),
    });
  if (may.transfer)
    entries.push({ kind: "action", label: "Hand over ownership…", icon: Crown, onSelect: () => onTransfer(member) });
  if (may.remove)
    entries.push({
      kind: "action",
      label: itself ? "Delete your account…" : "Remove…",
      icon: UserMinus,
      danger: true,
      onSelect: () => onRemove(member),
    });
  const label = `More about ${member.name}`;
  if (entries.length === 0)
    return <IconButton icon={Ellipsis} label={label} reason={may.removeRefusal ?? "Nothing to do here"} />;
  return (
    <Menu
      label={label}
      align="end"
      entries={entries}
      trigger={(trigger) => <IconButton {...trigger} icon={Ellipsis} label={label} />}
    />
  );
}
