import type { ComponentChildren } from "preact";
import "./Section.css";

interface SectionHeadProps {
  title: string;
  /** Source, age and coverage of the numbers below. */
  note?: ComponentChildren;
  end?: ComponentChildren;
}

export const SectionHead = ({ title, note, end }: SectionHeadProps) => (
  <header class="panel-head">
    <div class="panel-words">
      <h2 class="panel-title">{title}</h2>
      {note ? <bdi class="panel-note">{note}</bdi> : null}
    </div>
    {end ? <span class="panel-end">{end}</span> : null}
  </header>
);

/** One part of a page: a heading with the source of its numbers, then what it shows. */
export const Section = ({ children }: { children: ComponentChildren }) => <section class="panel">{children}</section>;
