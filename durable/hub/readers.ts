import type { CreatorId, UserId } from "../../domain/ids.ts";
import type { Reader } from "../tracker/reader.ts";

/** With what each creator's own reader was let in last: who is to be looked at when that ends. */
export const READERS_SCHEMA = `
  CREATE TABLE readers (creator_id TEXT PRIMARY KEY, credential TEXT NOT NULL, user_id TEXT NOT NULL) WITHOUT ROWID;
`;

export class Readers {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** A reader is about to be let in. A creator has one; whether it is still there its tracker knows. */
  came(creatorId: CreatorId, { credential, userId }: Reader): void {
    this.#sql.exec(
      `INSERT INTO readers VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET credential = excluded.credential, user_id = excluded.user_id`,
      creatorId,
      credential,
      userId,
    );
  }

  /** The creator's data was deleted. */
  forget(creatorId: CreatorId): void {
    this.#sql.exec("DELETE FROM readers WHERE creator_id = ?", creatorId);
  }

  letInWith(credential: Reader["credential"]): CreatorId[] {
    return this.#creators("credential", credential);
  }

  letInBy(userId: UserId): CreatorId[] {
    return this.#creators("user_id", userId);
  }

  #creators(column: "credential" | "user_id", value: string): CreatorId[] {
    return this.#sql
      .exec<{ creator_id: CreatorId }>(`SELECT creator_id FROM readers WHERE ${column} = ?`, value)
      .toArray()
      .map(({ creator_id }) => creator_id);
  }
}
