import { eq } from "drizzle-orm";
import type { ConnectionId, CreatorId } from "../../domain/ids.ts";
import type { Disconnected } from "../../domain/records/tiktok.ts";
import { connections } from "../../platform/db/region/index.ts";
import { again, liveTracker, webhookSender } from "../kit/stubs.ts";
import type { Tasks } from "../kit/tasks.ts";
import { announce } from "../webhooks/announce.ts";
import type { HubContext } from "./context.ts";
import {
  type DeletedCounts,
  type EndReason,
  endConnection,
  purge,
  standingConnection,
  toBeDeleted,
} from "./disconnect.ts";
import type { Revokes } from "./revoke.ts";

/** DELETE answers after trying the revoke for this long. */
const REVOKE_WAIT_MS = 3_000;
/** A crash between the steps of an end is made good after this long. */
const FINISH_MS = 10_000;

/**
 * How connections end: hidden and refused at once, then revoked, erased and purged. Each step
 * is left as a task before it is tried, so that a cut anywhere is finished by the alarm.
 */
export class Endings {
  readonly #hub: HubContext;
  readonly #tasks: Tasks;
  readonly #revokes: Revokes;
  readonly #hide: (creatorId: CreatorId, connectionId: ConnectionId) => void;
  readonly #ended: (creatorId: CreatorId, status: "disconnected" | "revoked", reason: EndReason) => void;
  readonly #failed: (error: unknown) => void;
  /** One purge at a time: each certificate seals the one before it. */
  #purging: Promise<unknown> = Promise.resolve();

  /** `hide` takes the creator off every screen; `ended` hears of each end once; `failed` notes a deletion that its task has to finish. */
  constructor(
    hub: HubContext,
    tasks: Tasks,
    revokes: Revokes,
    hide: (creatorId: CreatorId, connectionId: ConnectionId) => void,
    ended: (creatorId: CreatorId, status: "disconnected" | "revoked", reason: EndReason) => void,
    failed: (error: unknown) => void,
  ) {
    this.#hub = hub;
    this.#tasks = tasks;
    this.#revokes = revokes;
    this.#hide = hide;
    this.#ended = ended;
    this.#failed = failed;
  }

  /** @returns what `DELETE …/tiktok` answers; null when the connection had ended before */
  async end(
    connectionId: ConnectionId,
    status: "disconnected" | "revoked",
    reason: EndReason,
  ): Promise<Disconnected | null> {
    // First of all the task that finishes what a crash would cut; on a connection that stands it does nothing.
    await this.#tasks.schedule("purge", connectionId, Date.now() + FINISH_MS);
    const ended = await endConnection(this.#hub, connectionId, status, reason);
    if (!ended) return null;
    const creatorId = ended.creatorId as CreatorId;
    announce(this.#hub.env, this.#hub.place, "connection.disconnected", { id: connectionId, creatorId });
    this.#ended(creatorId, status, reason);
    for (const kind of ["sync", "expire"]) await this.#tasks.cancel(kind, connectionId);
    await this.#tasks.cancel("live", creatorId);
    this.#hide(creatorId, connectionId);
    if (status === "disconnected") {
      this.#revokes.keep(ended);
      await this.#tasks.schedule("revoke", connectionId, Date.now() + REVOKE_WAIT_MS * 2);
    }
    await this.#eraseLives(creatorId);
    const deleted = await toBeDeleted(this.#hub, ended);
    const [revoked] = await Promise.all([
      status === "revoked" ? true : this.#revokeSoon(connectionId),
      this.#purgeSoon(connectionId),
    ]);
    return { status: "disconnected", revoked, deleted };
  }

  /** Deletes at once where it can. Where it cannot everything is hidden already, and the task finishes it. */
  async #purgeSoon(connectionId: ConnectionId): Promise<void> {
    try {
      await this.#purge(connectionId);
      await this.#tasks.cancel("purge", connectionId);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** The purge task: finishes an end that was cut anywhere on its way. */
  async finish(connectionId: ConnectionId): Promise<null> {
    const ended = await this.#hub.db().first(connections, eq(connections.id, connectionId));
    if (!ended || ended.endedAt === null) return null;
    const creatorId = ended.creatorId as CreatorId;
    if (ended.revoked === "pending" && ended.accessToken !== null) {
      this.#revokes.keep(ended);
      await this.#tasks.hasten("revoke", connectionId, Date.now());
    }
    // A connection that was made anew is on the screens again with its next report; its tracker is its own.
    this.#hide(creatorId, connectionId);
    if (!(await standingConnection(this.#hub, creatorId))) await this.#eraseLives(creatorId);
    await this.#purge(connectionId);
    return null;
  }

  /** The revoke task. @throws TiktokError to try again */
  async revoke(connectionId: ConnectionId): Promise<null> {
    await this.#revokes.attempt(connectionId);
    return null;
  }

  async #revokeSoon(connectionId: ConnectionId): Promise<boolean | "pending"> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const waited = new Promise<"pending">((resolve) => {
      timer = setTimeout(() => resolve("pending"), REVOKE_WAIT_MS);
    });
    const attempt = this.#revokes.attempt(connectionId).then(
      async (confirmed) => {
        await this.#tasks.cancel("revoke", connectionId);
        return confirmed;
      },
      () => "pending" as const,
    );
    return Promise.race([attempt, waited]).finally(() => clearTimeout(timer));
  }

  #purge(connectionId: ConnectionId): Promise<DeletedCounts> {
    const mine = this.#purging.then(() => purge(this.#hub, connectionId));
    this.#purging = mine.catch(() => undefined);
    return mine;
  }

  /** What other objects hold of the creator's LIVEs: the tracker's journal, and messages about them to webhooks. */
  async #eraseLives(creatorId: CreatorId): Promise<void> {
    const { env, place } = this.#hub;
    await Promise.all([
      again(() => liveTracker(env, place, creatorId).erase()),
      again(() => webhookSender(env, place).forgetLives(creatorId)),
    ]);
  }
}
