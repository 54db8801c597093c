import { useEffect, useRef } from "preact/hooks";

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches("input:not([type=range]), select, textarea"));

/** Whether something lies over the page that the keys belong to. */
const isCovered = (): boolean => document.querySelector("dialog[open], .menu:popover-open") !== null;

/**
 * Single-letter keys of a page. They rest while somebody types, while a dialog or a menu is
 * open, and when a modifier makes them another command.
 */
export function useKeys(keys: Readonly<Record<string, (() => void) | undefined>>): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (isTyping(event.target) || isCovered()) return;
      const act = latest.current[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);
}
