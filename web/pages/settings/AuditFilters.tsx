import { ListFilter } from "lucide";
import { AUDIT_ACTIONS, AUDIT_ACTORS } from "../../../domain/audit.ts";
import { members } from "../../state/session.ts";
import { Button } from "../../ui/Button.tsx";
import { FilterChip } from "../../ui/list/FilterChip.tsx";
import { Menu, type MenuEntry } from "../../ui/Menu.tsx";
import { ACTION_WORDS, ACTOR_WORDS } from "./audit-words.ts";

/** What the log is narrowed by, as its address says it. */
export const AUDIT_FILTERS = ["actor", "action", "targetId", "days"] as const;
export type AuditFilter = (typeof AUDIT_FILTERS)[number];
export type Chosen = Partial<Record<AuditFilter, string>>;

const DAYS: Readonly<Record<string, string>> = { "1": "Today", "7": "Last 7 days", "30": "Last 30 days" };
const LABELS: Record<AuditFilter, string> = { actor: "Who", action: "What", targetId: "Record", days: "When" };

interface Choice {
  value: string;
  label: string;
}

/** A record is chosen in an entry, not from a list. */
function choicesOf(filter: AuditFilter): Choice[] {
  if (filter === "action")
    return AUDIT_ACTIONS.map((value) => ({ value, label: ACTION_WORDS[value].label })).sort((one, other) =>
      one.label.localeCompare(other.label),
    );
  if (filter === "days") return Object.entries(DAYS).map(([value, label]) => ({ value, label }));
  if (filter === "targetId") return [];
  const groups = AUDIT_ACTORS.map((value): Choice => ({ value, label: ACTOR_WORDS[value] }));
  return [...groups, ...members.value.map(({ id, name }) => ({ value: id, label: name }))];
}

interface AuditFiltersProps {
  chosen: Chosen;
  /** What an id is called that no choice has: of a creator, or of who left. */
  named: (id: string) => string | null;
  onChange: (change: Chosen) => void;
}

export function AuditFilters({ chosen, named, onChange }: AuditFiltersProps) {
  const labelOf = (filter: AuditFilter, value: string): string =>
    choicesOf(filter).find((choice) => choice.value === value)?.label ?? named(value) ?? value;
  const entries = (filter: AuditFilter): MenuEntry[] =>
    choicesOf(filter).map(({ value, label }) => ({
      kind: "action",
      label,
      ...(chosen[filter] === undefined ? {} : { chosen: chosen[filter] === value }),
      onSelect: () => onChange({ ...chosen, [filter]: value }),
    }));
  const without = (filter: AuditFilter): Chosen => {
    const { [filter]: _removed, ...rest } = chosen;
    return rest;
  };
  return (
    <div class="audit-filters">
      {AUDIT_FILTERS.map((filter) => {
        const value = chosen[filter];
        if (value !== undefined)
          return (
            <FilterChip
              key={filter}
              label={LABELS[filter]}
              value={labelOf(filter, value)}
              choices={entries(filter)}
              onRemove={() => onChange(without(filter))}
            />
          );
        if (filter === "targetId") return null;
        return (
          <Menu
            key={filter}
            label={LABELS[filter]}
            entries={entries(filter)}
            trigger={(trigger) => (
              <Button {...trigger} look="ghost" icon={ListFilter}>
                {LABELS[filter]}
              </Button>
            )}
          />
        );
      })}
    </div>
  );
}
