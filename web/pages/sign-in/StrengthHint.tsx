import { strengthOf } from "./password.ts";

/** How good a new password is, while it is typed. */
export function StrengthHint({ password }: { password: string }) {
  const { level, words } = strengthOf(password);
  return (
    <span class={`strength strength-${level}`}>
      <svg class="strength-bar" viewBox="0 0 60 4" width="60" height="4" aria-hidden="true">
        {[0, 1, 2].map((step) => (
          <rect
            key={step}
            x={step * 21}
            width="18"
            height="4"
            rx="2"
            class={step < level ? "strength-on" : "strength-off"}
          />
        ))}
      </svg>
      <span role="status">{words}</span>
    </span>
  );
}
