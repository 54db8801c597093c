import type { CreatorId, UserId } from "../../domain/ids.ts";
import type { HubContext } from "./context.ts";

/** Who a creator is on a dashboard, and whose: what decides on who sees it. */
export interface Face {
  displayName: string;
  handle: string | null;
  avatarUrl: string | null;
  ownerId: UserId | null;
  team: string | null;
}

const NOBODY: Face = { displayName: "A creator", handle: null, avatarUrl: null, ownerId: null, team: null };
const COLUMNS = "display_name AS displayName, handle, avatar_url AS avatarUrl, owner_id AS ownerId, team";

/** The faces of a tenant's tracked creators: read once, and again when somebody says that they changed. */
export class Faces {
  readonly #hub: HubContext;
  readonly #known = new Map<CreatorId, Face>();
  /** How often each was asked for: of two answers that overtake each other the later question's stands. */
  readonly #asked = new Map<CreatorId, number>();
  #loaded: Promise<void> | null = null;

  constructor(hub: HubContext) {
    this.#hub = hub;
  }

  known(creatorId: CreatorId): Face | undefined {
    return this.#known.get(creatorId);
  }

  /** @returns what was known before */
  know(creatorId: CreatorId, face: Face): Face | undefined {
    const before = this.#known.get(creatorId);
    this.#known.set(creatorId, face);
    return before;
  }

  /** The creator's data was deleted: nothing that is under way brings the face back. */
  forget(creatorId: CreatorId): void {
    this.#ask(creatorId);
    this.#known.delete(creatorId);
  }

  async of(creatorId: CreatorId): Promise<Face> {
    const known = this.#known.get(creatorId);
    if (known) return known;
    const face = await this.read(creatorId);
    if (face) this.know(creatorId, face);
    return face ?? NOBODY;
  }

  /** The face as it is now; null when there is none, or when a later question was asked meanwhile. */
  async read(creatorId: CreatorId): Promise<Face | null> {
    const question = this.#ask(creatorId);
    const face = await this.#hub
      .db()
      .sql(`SELECT ${COLUMNS} FROM creators WHERE tenant_id = ?1 AND id = ?2`, creatorId)
      .first<Face>();
    return this.#asked.get(creatorId) === question ? face : null;
  }

  /** Reads whom everybody belongs to whose LIVE is tracked: asked for when somebody looks who sees only some. */
  loadTracked(): Promise<void> {
    this.#loaded ??= this.#loadTracked().catch((error: unknown) => {
      this.#loaded = null;
      throw error;
    });
    return this.#loaded;
  }

  /** Reads all of them anew: many belong to somebody else now. */
  reload(): Promise<void> {
    this.#loaded = null;
    return this.loadTracked();
  }

  async #loadTracked(): Promise<void> {
    const before = new Map(this.#asked);
    const { results } = await this.#hub
      .db()
      .sql(`SELECT id, ${COLUMNS} FROM creators WHERE tenant_id = ?1 AND live_enabled = 1 AND deleted_at IS NULL`)
      .all<Face & { id: CreatorId }>();
    for (const { id, ...face } of results) if (this.#asked.get(id) === before.get(id)) this.#known.set(id, face);
  }

  #ask(creatorId: CreatorId): number {
    const question = (this.#asked.get(creatorId) ?? 0) + 1;
    this.#asked.set(creatorId, question);
    return question;
  }
}
