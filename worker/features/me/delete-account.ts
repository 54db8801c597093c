import type { Context } from "hono";
import type { AppEnv } from "../../env.ts";
import { endCookies, notSignedIn } from "../../http/session.ts";
import { tell } from "../auth/security-mail.ts";
import { findMember } from "../members/queries.ts";
import { removeMember } from "../members/service.ts";

/**
 * Lets go of who asks, as an owner or admin would: nothing is kept of them but their name in what they did.
 * @param reassignTo who takes over what they own; needed where they own anything
 * @throws AppError 409 `last_owner`, 422 for `reassignTo`
 */
export async function deleteAccount(c: Context<AppEnv>, reassignTo: string | undefined): Promise<void> {
  const session = c.get("session");
  const db = c.get("db");
  const person = await findMember(db, session.userId);
  if (!person) throw notSignedIn();
  await removeMember(c.env, db, session, person, reassignTo);
  endCookies(c);
  // To the address that they had: nobody but this mail knows it any more.
  tell(c, person, "accountDeleted", person.id);
}
