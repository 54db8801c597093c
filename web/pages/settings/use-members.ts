import { useEffect, useRef } from "preact/hooks";
import type { Member, MemberPatch } from "../../../domain/records/member.ts";
import { patchMember, readMembers } from "../../api.ts";
import { type ApiError, asApiError } from "../../http.ts";
import { type Resource, useResource } from "../../state/resource.ts";
import { loadSession, me, members } from "../../state/session.ts";
import { toast } from "../../state/toasts.ts";

export interface Members {
  list: Resource<Member[]>;
  /** Shown at once and written in turn; a refusal is told, and the list shows what is. */
  change: (member: Member, patch: MemberPatch, done: string) => void;
}

/** The agency's people; the names that other pages show follow. */
export function useMembers(allowed: boolean): Members {
  const list = useResource(allowed ? "members" : null, readMembers);
  // One after the other: a second change carries the version that the first one made.
  const queue = useRef<Promise<void>>(Promise.resolve());
  const known = list.value.value;
  useEffect(() => {
    if (known) members.value = known;
  }, [known]);

  const put = (changed: Member) =>
    list.set((list.value.peek() ?? []).map((member) => (member.id === changed.id ? changed : member)));

  const write = async (before: Member, patch: MemberPatch, done: string): Promise<void> => {
    const { id, name } = before;
    const itself = id === me.value?.user.id;
    const now = list.value.peek()?.find((member) => member.id === id);
    if (!now) return;
    try {
      const after = await patchMember(id, patch, now.version);
      put(after);
      // Who stepped down cannot step up again.
      toast("done", done, itself ? undefined : () => change(after, backTo(before, patch), `${name} is as before`));
    } catch (thrown) {
      list.reload();
      toast("error", refusalOf(name, asApiError(thrown)));
    }
    if (itself) await loadSession();
  };

  const change: Members["change"] = (member, patch, done) => {
    put(changed(member, patch));
    queue.current = queue.current.then(() => write(member, patch, done));
  };
  return { list, change };
}

/** The patch that takes another one back. */
const backTo = ({ role, team, state }: Member, patch: MemberPatch): MemberPatch => ({
  ...(patch.role === undefined ? {} : { role }),
  ...(patch.team === undefined ? {} : { team }),
  ...(patch.state === undefined ? {} : { state }),
});

const changed = (member: Member, { role, team, state }: MemberPatch): Member => ({
  ...member,
  role: role ?? member.role,
  team: team === undefined ? member.team : team,
  state: state ?? member.state,
});

const refusalOf = (name: string, error: ApiError): string =>
  error.code === "version_conflict"
    ? `Somebody changed ${name} meanwhile. Look again, then change what you still want to.`
    : `${name} was not changed. ${error.detail}`;
