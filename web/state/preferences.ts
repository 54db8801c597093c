import { effect, signal } from "@preact/signals";

/** What a person prefers: the only thing that local storage may hold. */

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const isTheme = (value: string | null): value is Theme => THEMES.some((theme) => theme === value);

/** Storage can be switched off or full: a preference is then forgotten, nothing else. */
function read(name: string): string | null {
  try {
    return localStorage.getItem(`etica.${name}`);
  } catch {
    return null;
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(`etica.${name}`, value);
  } catch {
    // Nothing to do: the choice holds until the page is left.
  }
}

export const WALL_SORTS = ["diamonds", "viewers", "started", "name"] as const;
export type WallSort = (typeof WALL_SORTS)[number];

const isWallSort = (value: string | null): value is WallSort => WALL_SORTS.some((sort) => sort === value);

const storedTheme = read("theme");
export const theme = signal<Theme>(isTheme(storedTheme) ? storedTheme : "system");
const storedSort = read("wall-sort");
export const wallSort = signal<WallSort>(isWallSort(storedSort) ? storedSort : "diamonds");
export const navCollapsed = signal(read("nav") === "collapsed");

effect(() => {
  if (theme.value === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.value;
  write("theme", theme.value);
});
effect(() => write("wall-sort", wallSort.value));
effect(() => write("nav", navCollapsed.value ? "collapsed" : "open"));
