import type { ComponentChildren } from "preact";
import { compactParts, hours, MISSING } from "../format.ts";
import "./Num.css";

/** A number, a handle or a signed change: one left-to-right run wherever it stands. */
export const Num = ({ children, class: extra }: { children: ComponentChildren; class?: string }) => (
  <bdi dir="ltr" class={extra}>
    {children}
  </bdi>
);

/** A value with its unit in grey; "—" when there is none. */
export const WithUnit = ({ value, unit }: { value: string; unit: string }) => (
  <bdi dir="ltr">
    {value}
    {unit ? <span class="unit"> {unit}</span> : null}
  </bdi>
);

export const Missing = ({ why }: { why?: string | undefined }) => (
  <span class="missing" title={why}>
    {MISSING}
    {why ? <span class="hidden-text">{why}</span> : null}
  </span>
);

export function CompactNum({ value, why }: { value: number | null; why?: string }) {
  if (value === null) return <Missing why={why} />;
  const [digits, unit] = compactParts(value);
  return <bdi dir="ltr">{unit ? `${digits} ${unit}` : digits}</bdi>;
}

export const Hours = ({ seconds, why }: { seconds: number | null; why?: string }) =>
  seconds === null ? <Missing why={why} /> : <WithUnit value={hours(seconds)} unit="h" />;

export const Handle = ({ handle }: { handle: string }) => <bdi dir="ltr">@{handle}</bdi>;
