import { Check, type IconNode } from "lucide";
import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";
import { classes } from "./classes.ts";
import { Icon } from "./Icon.tsx";
import "./Menu.css";

export type MenuEntry =
  | { kind: "heading"; label: string }
  | { kind: "line" }
  | {
      kind: "action";
      label: string;
      glyph?: ComponentChildren;
      icon?: IconNode;
      /** Set for a choice among several: the chosen one carries a tick. */
      chosen?: boolean;
      danger?: boolean;
      onSelect: () => void;
    };

interface MenuProps {
  /** What the menu is about, for a screen reader. */
  label: string;
  entries: readonly MenuEntry[];
  /** Draws the button; `open` belongs on its click, the rest on the element. */
  trigger: (props: MenuTriggerProps) => ComponentChildren;
  /** Which edge of the button the menu keeps to. */
  align?: "start" | "end";
}

export interface MenuTriggerProps {
  id: string;
  "aria-haspopup": "menu";
  "aria-controls": string;
  onClick: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

const GAP = 4;

/** A list of actions or choices in the browser's top layer; arrows move, Escape closes. */
export function Menu({ label, entries, trigger, align = "start" }: MenuProps) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);

  const open = () => {
    const menu = list.current;
    const button = document.getElementById(`${id}-button`);
    if (!menu || !button) return;
    if (menu.matches(":popover-open")) {
      menu.hidePopover();
      return;
    }
    menu.showPopover();
    place(menu, button.getBoundingClientRect(), align);
    const items = itemsOf(menu);
    (items.find((item) => item.ariaChecked === "true") ?? items[0])?.focus();
  };

  const move = (event: KeyboardEvent) => {
    const menu = list.current;
    if (!menu) return;
    const items = itemsOf(menu);
    const at = items.findIndex((item) => item.matches(":focus"));
    const next = nextIndex(event.key, at, items);
    if (next === null) return;
    event.preventDefault();
    items[next]?.focus();
  };

  return (
    <>
      {trigger({
        id: `${id}-button`,
        "aria-haspopup": "menu",
        "aria-controls": id,
        onClick: open,
        onKeyDown: (event) => {
          if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
          event.preventDefault();
          open();
        },
      })}
      <div ref={list} id={id} class="menu" popover="auto" role="menu" aria-label={label} tabIndex={-1} onKeyDown={move}>
        {entries.map((entry, index) => {
          if (entry.kind === "heading") {
            return (
              <div key={`h${index}`} class="menu-heading" role="presentation">
                {entry.label}
              </div>
            );
          }
          if (entry.kind === "line") return <hr key={`l${index}`} class="menu-line" />;
          return (
            <button
              key={entry.label}
              type="button"
              class={classes("menu-item", entry.danger && "menu-danger")}
              {...(entry.chosen === undefined
                ? { role: "menuitem" as const }
                : { role: "menuitemradio" as const, "aria-checked": entry.chosen })}
              tabIndex={-1}
              onClick={() => {
                list.current?.hidePopover();
                entry.onSelect();
              }}
            >
              {entry.icon ? <Icon icon={entry.icon} size={14} /> : null}
              {entry.glyph}
              <span class="menu-label">{entry.label}</span>
              {entry.chosen ? <Icon icon={Check} size={14} /> : null}
            </button>
          );
        })}
      </div>
    </>
  );
}

const itemsOf = (menu: HTMLElement) => [...menu.querySelectorAll<HTMLElement>("[role^=menuitem]")];

function nextIndex(key: string, at: number, items: readonly HTMLElement[]): number | null {
  const many = items.length;
  if (key === "ArrowDown") return (at + 1) % many;
  if (key === "ArrowUp") return (at - 1 + many) % many;
  if (key === "Home") return 0;
  if (key === "End") return many - 1;
  if (key.length !== 1 || key === " ") return null;
  const letter = key.toLowerCase();
  const found = [...items.keys()]
    .map((offset) => (at + 1 + offset) % many)
    .find((index) => items[index]?.textContent?.trim().toLowerCase().startsWith(letter));
  return found ?? null;
}

/** Below the button, or above it where there is no room; inside the window on both sides. */
function place(menu: HTMLElement, button: DOMRect, align: "start" | "end"): void {
  const { width, height } = menu.getBoundingClientRect();
  const toRight = (align === "start") === (getComputedStyle(menu).direction === "ltr");
  const wanted = toRight ? button.left : button.right - width;
  const below = button.bottom + GAP;
  const top = below + height > innerHeight - GAP ? Math.max(GAP, button.top - GAP - height) : below;
  menu.style.setProperty("--menu-left", `${Math.min(Math.max(GAP, wanted), innerWidth - width - GAP)}px`);
  menu.style.setProperty("--menu-top", `${top}px`);
}
