/**
 * A ref that sets custom properties of an element. The Content-Security-Policy allows no
 * style attribute; what only a script knows (a menu's place, a bar's width) reaches the
 * style sheet this way.
 */
export const vars = (values: Record<`--${string}`, string>) => (element: HTMLElement | SVGElement | null) => {
  if (!element) return;
  for (const [name, value] of Object.entries(values)) element.style.setProperty(name, value);
};
