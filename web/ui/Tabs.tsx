import type { ComponentChildren } from "preact";
import { Num } from "./Num.tsx";
import "./Tabs.css";

export interface Tab {
  href: string;
  label: string;
  count?: string | undefined;
}

/** Parts of one record; each is an address of its own, so they are links. */
export const Tabs = ({ label, tabs, current }: { label: string; tabs: readonly Tab[]; current: string }) => (
  <nav class="tabs" aria-label={label}>
    {tabs.map((tab) => (
      <a key={tab.href} href={tab.href} class="tab" aria-current={tab.href === current ? "page" : undefined}>
        {tab.label}
        {tab.count ? <Num class="tab-count">{tab.count}</Num> : null}
      </a>
    ))}
  </nav>
);

interface SegmentedProps<Value extends string> {
  label: string;
  value: Value;
  onValue: (value: Value) => void;
  options: readonly { value: Value; label: string; glyph?: ComponentChildren }[];
}

/** Two or three ways to see one thing. */
export function Segmented<Value extends string>({ label, value, onValue, options }: SegmentedProps<Value>) {
  return (
    <fieldset class="segmented">
      <legend class="hidden-text">{label}</legend>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          class="segment"
          aria-pressed={option.value === value}
          onClick={() => onValue(option.value)}
        >
          {option.glyph}
          {option.label}
        </button>
      ))}
    </fieldset>
  );
}
