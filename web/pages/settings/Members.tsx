import { UserCog, UserPlus } from "lucide";
import { useState } from "preact/hooks";
import type { Invitation, Member } from "../../../domain/records/member.ts";
import { readInvitations } from "../../api.ts";
import { count } from "../../format.ts";
import { type Resource, useResource } from "../../state/resource.ts";
import { can, me } from "../../state/session.ts";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ErrorState } from "../../ui/Notice.tsx";
import { Num } from "../../ui/Num.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { SkeletonBlock } from "../../ui/Skeleton.tsx";
import { useKeys } from "../../ui/use-keys.ts";
import { DeleteAccount } from "../account/DeleteAccount.tsx";
import { InvitationList } from "./InvitationList.tsx";
import { InviteMember } from "./InviteMember.tsx";
import { Teams } from "./MemberFields.tsx";
import { MemberList } from "./MemberList.tsx";
import { RemoveMember } from "./RemoveMember.tsx";
import { TransferOwnership } from "./TransferOwnership.tsx";
import { useMembers } from "./use-members.ts";
import "./settings.css";
import "./members.css";

/** The agency's people: who may do what, who was invited, who leaves. */
export default function Members() {
  const allowed = can("members.manage");
  const { list, change } = useMembers(allowed);
  const invitations = useResource(allowed ? "invitations" : null, readInvitations);
  const [inviting, setInviting] = useState(false);
  const [leaving, setLeaving] = useState<Member | null>(null);
  const [heir, setHeir] = useState<Member | null>(null);
  const open = allowed ? () => setInviting(true) : undefined;
  useKeys({ c: open });
  const people = list.value.value;
  const signed = me.value;
  const reload = () => {
    list.reload();
    invitations.reload();
  };
  return (
    <>
      <PageHeader
        title="Members"
        aside={people ? <Num>{count(people.length)}</Num> : null}
        actions={
          open ? (
            <Button look="ink" icon={UserPlus} kbd="C" onClick={open}>
              Invite
            </Button>
          ) : null
        }
      />
      <div class="settings">
        {allowed ? (
          <>
            <People list={list} onChange={change} onRemove={setLeaving} onTransfer={setHeir} />
            <Waiting invitations={invitations} />
          </>
        ) : (
          <Closed />
        )}
      </div>
      <Teams members={people ?? []} />
      {inviting ? <InviteMember onClose={() => setInviting(false)} onInvited={invitations.reload} /> : null}
      {leaving && signed?.user.id === leaving.id ? (
        <DeleteAccount me={signed} onClose={() => setLeaving(null)} />
      ) : leaving ? (
        <RemoveMember member={leaving} members={people ?? []} onClose={() => setLeaving(null)} onRemoved={reload} />
      ) : null}
      {heir ? <TransferOwnership member={heir} onClose={() => setHeir(null)} onTransferred={reload} /> : null}
    </>
  );
}

type PeopleProps = { list: Resource<Member[]> } & Omit<Parameters<typeof MemberList>[0], "members">;

function People({ list, ...acts }: PeopleProps) {
  const people = list.value.value;
  const error = list.error.value;
  if (!people)
    return error ? (
      <ErrorState title="Could not load the members" error={error} onRetry={list.reload} />
    ) : (
      <SkeletonBlock height="rows" />
    );
  return (
    <>
      {error ? <ErrorState title="Could not load the members anew" error={error} onRetry={list.reload} /> : null}
      <MemberList members={people} {...acts} />
      {people.length === 1 ? (
        <p class="settings-lead">
          You are alone here. Invite the people you work with: each signs in as themselves and sees what their role may
          see.
        </p>
      ) : null}
    </>
  );
}

/** Nothing is said where nobody waits: the button above says what to do. */
function Waiting({ invitations }: { invitations: Resource<Invitation[]> }) {
  const error = invitations.error.value;
  if (error && !invitations.value.value)
    return <ErrorState title="Could not load the invitations" error={error} onRetry={invitations.reload} />;
  if (!invitations.value.value?.length) return null;
  return (
    <section class="invitations-part">
      <h2 class="invitations-title">Invited, without an answer</h2>
      <InvitationList invitations={invitations} />
    </section>
  );
}

/** Also while it is not known who is signed in: then nothing is said yet. */
const Closed = () =>
  me.value ? (
    <EmptyState icon={UserCog} title="Members are not open to your role">
      An owner or admin of your agency invites people and says what they may do.
    </EmptyState>
  ) : (
    <SkeletonBlock height="rows" />
  );
