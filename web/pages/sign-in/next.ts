/** Pages of who is not signed in: nobody goes back there. */
const DOORS = new Set(["/app/sign-in", "/app/register", "/app/forgot", "/app/reset", "/app/confirm"]);

/**
 * Where to go after signing in: where the person was, inside the app and nowhere else, since
 * anybody can write a link to the sign-in page.
 */
export function nextPath(asked: string | undefined): string {
  const fallback = "/app/creators";
  if (!asked?.startsWith("/app/")) return fallback;
  const url = new URL(asked, location.origin);
  if (url.origin !== location.origin || !url.pathname.startsWith("/app/")) return fallback;
  const leadsBack = DOORS.has(url.pathname) || url.pathname.startsWith("/app/invitation/");
  return leadsBack ? fallback : url.pathname + url.search;
}
