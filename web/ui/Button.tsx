import type { IconNode } from "lucide";
import type { ButtonHTMLAttributes, ComponentChildren, Ref } from "preact";
import { classes } from "./classes.ts";
import { Icon } from "./Icon.tsx";
import { Kbd } from "./Kbd.tsx";
import "./Button.css";

export type ButtonLook = "ink" | "plain" | "ghost" | "danger";

interface Common {
  /** One `ink` a screen; `plain` has a border, `ghost` has none. */
  look?: ButtonLook;
  icon?: IconNode | undefined;
  kbd?: string | undefined;
  wide?: boolean;
  children: ComponentChildren;
}

interface ButtonProps extends Common, Omit<ButtonHTMLAttributes, "icon" | "children" | "ref"> {
  type?: "button" | "submit";
  disabled?: boolean | undefined;
  /** Says that the work is under way; the button cannot be pressed again. */
  busy?: boolean;
  /** Why it cannot be pressed: shown on hover and said by a screen reader. */
  reason?: string | undefined;
  popovertarget?: string;
  ref?: Ref<HTMLButtonElement>;
}

const Inside = ({ icon, kbd, children }: Pick<Common, "icon" | "kbd" | "children">) => (
  <>
    {icon ? <Icon icon={icon} size={14} /> : null}
    <span class="button-text">{children}</span>
    {kbd ? <Kbd>{kbd}</Kbd> : null}
  </>
);

export function Button(props: ButtonProps) {
  const {
    look = "plain",
    icon,
    kbd,
    wide,
    busy,
    reason,
    disabled,
    type = "button",
    children,
    class: extra,
    onClick,
    ...rest
  } = props;
  const blocked = Boolean(disabled || busy || reason);
  return (
    <button
      {...rest}
      type={type}
      class={classes("button", `button-${look}`, wide && "button-wide", typeof extra === "string" && extra)}
      // Not `disabled`: a button that says why it is off must stay reachable.
      aria-disabled={blocked}
      aria-busy={busy}
      title={reason}
      aria-description={reason}
      onClick={(event) => {
        if (blocked) event.preventDefault();
        else onClick?.(event);
      }}
    >
      <Inside icon={icon} kbd={kbd}>
        {children}
      </Inside>
    </button>
  );
}

interface LinkButtonProps extends Common {
  href: string;
}

/** Looks like a button and goes somewhere. */
export const LinkButton = ({ href, look = "plain", icon, kbd, wide, children }: LinkButtonProps) => (
  <a href={href} class={classes("button", `button-${look}`, wide && "button-wide")}>
    <Inside icon={icon} kbd={kbd}>
      {children}
    </Inside>
  </a>
);

interface IconButtonProps extends Omit<ButtonProps, "children" | "icon" | "kbd" | "wide"> {
  icon: IconNode;
  /** What it does: the accessible name and the hint on hover. */
  label: string;
  mirrored?: boolean;
}

export function IconButton({
  icon,
  label,
  look = "ghost",
  mirrored = false,
  class: extra,
  type = "button",
  disabled,
  busy,
  reason,
  onClick,
  ...rest
}: IconButtonProps) {
  const blocked = Boolean(disabled || busy || reason);
  return (
    <button
      {...rest}
      type={type}
      class={classes("button", "button-icon", `button-${look}`, typeof extra === "string" && extra)}
      aria-label={label}
      title={reason ?? label}
      aria-disabled={blocked}
      aria-busy={busy}
      onClick={(event) => {
        if (blocked) event.preventDefault();
        else onClick?.(event);
      }}
    >
      <Icon icon={icon} mirrored={mirrored} />
    </button>
  );
}
