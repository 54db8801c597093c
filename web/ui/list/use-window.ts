import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Rows beyond the visible ones, so that a fast scroll shows no blank. */
const OVERSCAN = 12;

export interface Window {
  /** First and one past the last row to draw. */
  start: number;
  end: number;
  /** Space in place of the rows before and after, CSS pixels. */
  before: number;
  after: number;
}

/** Which of many equally high rows are near the visible part of `scroller`. */
export function useWindow(scroller: RefObject<HTMLElement | null>, rows: number, rowHeight: number): Window {
  const [view, setView] = useState({ first: 0, many: 30 });
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () => {
      // In steps of half the overscan: a scroll redraws once in six rows, not at every pixel.
      const first = Math.floor(element.scrollTop / rowHeight / 6) * 6;
      const many = Math.ceil(element.clientHeight / rowHeight) + 6;
      setView((was) => (was.first === first && was.many === many ? was : { first, many }));
    };
    measure();
    element.addEventListener("scroll", measure, { passive: true });
    const resize = new ResizeObserver(measure);
    resize.observe(element);
    return () => {
      element.removeEventListener("scroll", measure);
      resize.disconnect();
    };
  }, [scroller, rowHeight]);
  const start = Math.max(0, Math.min(view.first, rows) - OVERSCAN);
  const end = Math.min(rows, view.first + view.many + OVERSCAN);
  return { start, end, before: start * rowHeight, after: Math.max(0, rows - end) * rowHeight };
}
