import { sql } from "drizzle-orm";
import {
  blob,
  foreignKey,
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import { CONFIDENCES, SESSION_STATES } from "../../../domain/live-message.ts";
import { creators } from "./creators.ts";

/** One LIVE: upserted each minute while it runs, with the packed curve of its minutes. */
export const liveSessions = sqliteTable(
  "live_sessions",
  {
    tenantId: text("tenant_id").notNull(),
    id: text("id").notNull(),
    creatorId: text("creator_id").notNull(),
    connectionId: text("connection_id").notNull(),
    roomId: text("room_id").notNull(),
    state: text("state", { enum: SESSION_STATES }).notNull(),
    startedAt: integer("started_at").notNull(),
    endedAt: integer("ended_at"),
    durationSeconds: integer("duration_seconds").notNull(),
    pausedSeconds: integer("paused_seconds").notNull(),
    diamonds: integer("diamonds").notNull(),
    diamondsBefore: integer("diamonds_before").notNull(),
    diamondsTracked: integer("diamonds_tracked").notNull(),
    diamondsRecovered: integer("diamonds_recovered").notNull(),
    witnessStreak: integer("witness_streak").notNull(),
    witnessDelta: integer("witness_delta").notNull(),
    witnessCounter: integer("witness_counter"),
    confidence: text("confidence", { enum: CONFIDENCES }).notNull(),
    confidenceReason: text("confidence_reason").notNull(),
    averageViewers: real("average_viewers"),
    peakViewers: integer("peak_viewers"),
    peakAt: integer("peak_at"),
    coverage: real("coverage").notNull(),
    /** How many entries the curve holds: minutes, or hours once they are old. */
    minuteCount: integer("minute_count").notNull(),
    /** `packMinutes()`. */
    curve: blob("curve", { mode: "buffer" }),
    /** Seconds that one step of the curve lasts: a minute, and after 30 days an hour. */
    curveStep: integer("curve_step").notNull().default(60),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    // The same room is one session, however often it was dialed.
    uniqueIndex("live_sessions_by_room").on(table.tenantId, table.creatorId, table.roomId),
    index("live_sessions_by_start").on(table.tenantId, table.creatorId, table.startedAt),
    // Finds what is old enough to be rolled up; a session leaves it when that is done.
    index("live_sessions_by_minute").on(table.tenantId, table.startedAt).where(sql`curve_step = 60`),
    foreignKey({ columns: [table.tenantId, table.creatorId], foreignColumns: [creators.tenantId, creators.id] }),
  ],
);

/** What a day of a creator amounts to, worked out from its sessions. WITHOUT ROWID. */
export const creatorDays = sqliteTable(
  "creator_days",
  {
    tenantId: text("tenant_id").notNull(),
    creatorId: text("creator_id").notNull(),
    day: text("day").notNull(),
    source: text("source", { enum: ["live", "api", "import", "manual"] }).notNull(),
    /** Of `live` and `api`: whose end deletes the row. */
    connectionId: text("connection_id"),
    diamonds: integer("diamonds"),
    liveSeconds: integer("live_seconds"),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.creatorId, table.day, table.source] }),
    foreignKey({ columns: [table.tenantId, table.creatorId], foreignColumns: [creators.tenantId, creators.id] }),
  ],
);
