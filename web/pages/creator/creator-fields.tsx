import { safeParse } from "zod/mini";
import {
  CREATOR_STAGES,
  type Creator,
  type CreatorPatch,
  creatorPatchSchema,
} from "../../../domain/records/creator.ts";
import { COUNTRIES } from "../../countries.ts";
import { calendarDay, countryName } from "../../format.ts";
import { memberName } from "../../state/session.ts";
import { errorsOf } from "../../ui/form/schema-errors.ts";
import { Handle } from "../../ui/Num.tsx";
import type { DetailField, Parsed } from "../../ui/record/detail-field.ts";
import { StageMark } from "../../ui/StageMark.tsx";
import { STAGE_WORDS } from "../../words.ts";
import { handleProblem } from "../creators/handle.ts";
import { handsOn, ownerOptions } from "../creators/owners.ts";

type CreatorField = DetailField<Creator>;
type TextName = { [Name in keyof Creator]: Creator[Name] extends string | null ? Name : never }[keyof Creator];

const text = (name: TextName, label: string, more: Partial<CreatorField> = {}): CreatorField => ({
  name,
  label,
  kind: "text",
  read: (creator) => creator[name] ?? "",
  write: (typed) => ({ [name]: typed }),
  ...more,
});

const date = (name: "joinedOn" | "contractFrom" | "contractTo", label: string): CreatorField =>
  text(name, label, {
    kind: "date",
    write: (typed) => ({ [name]: typed || null }),
    show: (creator) => {
      const on = creator[name];
      return on ? calendarDay(on) : null;
    },
  });

export const PROFILE_FIELDS: readonly CreatorField[] = [
  text("displayName", "Name"),
  text("handle", "Handle", { ltr: true, show: ({ handle }) => (handle ? <Handle handle={handle} /> : null) }),
  text("stage", "Stage", {
    kind: "choice",
    options: () => CREATOR_STAGES.map((stage) => ({ value: stage, label: STAGE_WORDS[stage] })),
    show: ({ stage }) => <StageMark stage={stage} />,
  }),
  text("stageReason", "Reason"),
  text("tier", "Tier"),
  text("ownerId", "Owner", {
    kind: "choice",
    options: ({ ownerId }) => ownerOptions(ownerId),
    open: handsOn,
    write: (chosen) => ({ ownerId: chosen || null }),
    show: ({ ownerId }) => memberName(ownerId) ?? "Unknown member",
  }),
  text("legalName", "Legal name"),
  text("email", "E-mail", { kind: "email", ltr: true }),
  text("phone", "Phone", { kind: "tel", ltr: true }),
  text("country", "Country", {
    kind: "choice",
    options: () => [{ value: "", label: "Not said" }, ...COUNTRIES],
    show: ({ country }) => (country ? countryName(country) : null),
  }),
  text("language", "Language"),
  text("niche", "Niche"),
  text("team", "Team", { open: handsOn }),
  {
    name: "tags",
    label: "Tags",
    kind: "text",
    read: ({ tags }) => tags.join(", "),
    write: (typed) => ({
      tags: [...new Set(typed.split(",").map((tag) => tag.trim()))].filter((tag) => tag !== ""),
    }),
    show: ({ tags }) => (
      <span class="tags">
        {tags.map((tag) => (
          <span key={tag} class="tag">
            {tag}
          </span>
        ))}
      </span>
    ),
  },
];

export const CONTRACT_FIELDS: readonly CreatorField[] = [
  date("joinedOn", "Joined"),
  date("contractFrom", "From"),
  date("contractTo", "To"),
  {
    name: "sharePercent",
    label: "Our share",
    kind: "text",
    ltr: true,
    read: ({ sharePercent }) => (sharePercent === null ? "" : String(sharePercent)),
    write: (typed) => {
      const bare = typed.replace("%", "").replace(",", ".").trim();
      return { sharePercent: bare === "" ? null : Number(bare) };
    },
    show: ({ sharePercent }) => `${sharePercent} %`,
  },
  text("doNotPitch", "Do not pitch"),
];

/** The server's own rule, asked before anything is sent. */
export function parseCreatorPatch(input: Record<string, unknown>, name: string): Parsed<CreatorPatch> {
  const typed = input.handle;
  const spaced = typeof typed === "string" ? handleProblem(typed) : null;
  if (spaced) return { problem: spaced };
  const parsed = safeParse(creatorPatchSchema, input);
  if (parsed.success) return { patch: parsed.data };
  const errors = errorsOf(creatorPatchSchema, input);
  return { problem: errors[name] ?? "That is not a value this field can hold" };
}
