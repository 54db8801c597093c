import type { Member } from "../../../domain/records/member.ts";
import { Select } from "../../ui/Field.tsx";

interface HeirFieldProps {
  leaver: Pick<Member, "id">;
  members: readonly Member[];
  value: string;
  onValue: (value: string) => void;
  /** What the server says where somebody has to be named. */
  error: string | undefined;
  /** "Nobody: they own nothing". */
  none: string;
  hint: string;
}

/** Who takes over what a leaver owns. */
export const HeirField = ({ leaver, members, none, ...field }: HeirFieldProps) => (
  <Select
    {...field}
    name="reassignTo"
    label="Who takes over"
    options={[
      { value: "", label: none },
      ...members
        .filter(({ id, state }) => id !== leaver.id && state === "active")
        .map(({ id, name }) => ({ value: id, label: name })),
    ]}
  />
);
