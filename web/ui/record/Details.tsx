import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { useKeys } from "../use-keys.ts";
import type { DetailField } from "./detail-field.ts";
import { InlineField } from "./InlineField.tsx";
import type { RecordEdit } from "./use-record-edit.ts";
import "./Details.css";

interface DetailsProps<RecordT> {
  title: string;
  record: RecordT;
  fields: readonly DetailField<RecordT>[];
  edit: RecordEdit<RecordT>;
  /** Whether the signed-in person may write. */
  editable: boolean;
}

/** A group of facts, each editable in place by a click, by E while it is hovered, or by Enter. */
export function Details<RecordT>({ title, record, fields, edit, editable }: DetailsProps<RecordT>) {
  const group = useRef<HTMLElement>(null);
  useKeys({
    e: editable
      ? () => group.current?.querySelector<HTMLElement>(".detail-value:is(:hover, :focus-visible)")?.click()
      : undefined,
  });
  return (
    <section ref={group} class="details">
      <h2 class="details-title">{title}</h2>
      {fields.map((field) => (
        <InlineField key={field.name} field={field} record={record} edit={edit} editable={editable} />
      ))}
    </section>
  );
}

/** A fact that is only read, in the same grid. */
export const DetailLine = ({ label, children }: { label: string; children: ComponentChildren }) => (
  <div class="detail">
    <span class="detail-label">{label}</span>
    <span class="detail-text">{children}</span>
  </div>
);
