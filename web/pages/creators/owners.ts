import { me, members } from "../../state/session.ts";
import type { Option } from "../../ui/Field.tsx";

/**
 * Whom the signed-in person may give a creator to, as the server has it: who sees all, to anybody; a
 * manager, to their own team; an agent, to nobody else.
 * @param now whose it is, who stays among the choices
 */
export function ownerOptions(now: string | null): Option[] {
  const signed = me.value;
  if (!signed) return [];
  const reach = signed.rights["creators.edit"];
  const allowed = members.value.filter(({ id, team, state }) => {
    if (id === now || id === signed.user.id) return true;
    if (state !== "active") return false;
    return reach === "all" || (reach === "team" && team !== null && team === signed.team);
  });
  const nobody = reach === "all" || (reach === "team" && signed.team !== null) || now === null;
  return [
    ...(nobody ? [{ value: "", label: "Nobody" }] : []),
    ...allowed.map(({ id, name, state }) => ({ value: id, label: state === "active" ? name : `${name} (suspended)` })),
  ];
}

/** Whether they hand creators on at all. */
export const handsOn = (): boolean => ["team", "all"].includes(me.value?.rights["creators.edit"] ?? "none");
