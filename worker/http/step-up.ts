import { createMiddleware } from "hono/factory";
import { AppError } from "../../domain/app-error.ts";
import type { AppEnv, Session } from "../env.ts";

/** How long a proof of who somebody is counts. Signing in is one. */
export const STEPPED_UP_MS = 10 * 60_000;

/**
 * 403 unless the person showed within ten minutes that it is still them, at sign-in or by
 * `/auth/step-up`: for what a browser left open must not be enough for. Comes after the right
 * was checked, and after `notForKeys`: a program can prove nothing of the kind.
 */
export const steppedUp = createMiddleware<AppEnv>(async (c, next) => {
  requireStepUp(c.get("session"));
  await next();
});

/**
 * The same, where only what the body asks for tells whether it takes a proof.
 * @throws AppError 403 `step_up_required`
 */
export function requireStepUp({ steppedUpAt }: Pick<Session, "steppedUpAt">): void {
  if ((steppedUpAt ?? 0) > Date.now() - STEPPED_UP_MS) return;
  throw new AppError(
    403,
    "step_up_required",
    "Show that it is still you: enter your password, or a code of your second factor, then try again.",
  );
}
