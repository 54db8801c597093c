import { X } from "lucide";
import { Icon } from "../Icon.tsx";
import { Menu, type MenuEntry } from "../Menu.tsx";
import "./list.css";

interface FilterChipProps {
  /** "Stage". */
  label: string;
  /** "At risk". */
  value: string;
  /** What it may be instead; none makes it a chip that can only be removed. */
  choices: readonly MenuEntry[];
  onRemove: () => void;
}

/** A filter that is set: what it is, another choice of it, and away with it. */
export const FilterChip = ({ label, value, choices, onRemove }: FilterChipProps) => (
  <span class="chip">
    <span class="chip-field">{label}</span>
    <span class="chip-operator">is</span>
    {choices.length > 0 ? (
      <Menu
        label={label}
        entries={choices}
        trigger={(trigger) => (
          <button {...trigger} type="button" class="chip-value">
            {value}
          </button>
        )}
      />
    ) : (
      <span class="chip-operator">{value}</span>
    )}
    <button type="button" class="chip-remove" aria-label={`Remove “${label} is ${value}”`} onClick={onRemove}>
      <Icon icon={X} size={12} />
    </button>
  </span>
);
