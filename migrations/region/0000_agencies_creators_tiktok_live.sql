-- Read and named by hand after generation: hot tables are WITHOUT ROWID, which the generator cannot say.
CREATE TABLE `creators` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`display_name` text NOT NULL,
	`name_key` text NOT NULL,
	`handle` text,
	`handle_key` text GENERATED ALWAYS AS (coalesce(handle, '')) VIRTUAL,
	`legal_name` text,
	`email` text,
	`phone` text,
	`country` text,
	`language` text,
	`niche` text,
	`stage` text NOT NULL,
	`stage_reason` text,
	`tier` text,
	`owner_id` text,
	`team` text,
	`joined_on` text,
	`contract_from` text,
	`contract_to` text,
	`share_percent` real,
	`do_not_pitch` text,
	`tags` text NOT NULL,
	`custom` text NOT NULL,
	`search_terms` text NOT NULL,
	`connection_status` text DEFAULT 'none' NOT NULL,
	`avatar_url` text,
	`followers` integer,
	`followers_key` integer GENERATED ALWAYS AS (coalesce(followers, -1)) VIRTUAL,
	`diamonds_28d` integer,
	`live_seconds_28d` integer,
	`last_live_at` integer,
	`live_enabled` integer DEFAULT false NOT NULL,
	`sync_error` text,
	`figures_at` integer,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL,
	`deleted_at` integer,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `creators_handle_taken` ON `creators` (`tenant_id`,`handle`) WHERE handle is not null and deleted_at is null;--> statement-breakpoint
CREATE INDEX `creators_by_name` ON `creators` (`tenant_id`,`name_key`,`id`) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX `creators_by_handle` ON `creators` (`tenant_id`,`handle_key`,`id`) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX `creators_by_update` ON `creators` (`tenant_id`,`updated_at`,`id`) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX `creators_by_followers` ON `creators` (`tenant_id`,`followers_key`,`id`) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX `creators_by_stage` ON `creators` (`tenant_id`,`stage`,`name_key`,`id`) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX `creators_by_owner` ON `creators` (`tenant_id`,`owner_id`,`name_key`,`id`) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX `creators_by_connection` ON `creators` (`tenant_id`,`connection_status`,`name_key`,`id`) WHERE deleted_at is null;--> statement-breakpoint
CREATE TABLE `creator_days` (
	`tenant_id` text NOT NULL,
	`creator_id` text NOT NULL,
	`day` text NOT NULL,
	`source` text NOT NULL,
	`connection_id` text,
	`diamonds` integer,
	`live_seconds` integer,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `creator_id`, `day`, `source`),
	FOREIGN KEY (`tenant_id`,`creator_id`) REFERENCES `creators`(`tenant_id`,`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `live_sessions` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`creator_id` text NOT NULL,
	`connection_id` text NOT NULL,
	`room_id` text NOT NULL,
	`state` text NOT NULL,
	`started_at` integer NOT NULL,
	`ended_at` integer,
	`duration_seconds` integer NOT NULL,
	`paused_seconds` integer NOT NULL,
	`diamonds` integer NOT NULL,
	`diamonds_before` integer NOT NULL,
	`diamonds_tracked` integer NOT NULL,
	`diamonds_recovered` integer NOT NULL,
	`witness_streak` integer NOT NULL,
	`witness_delta` integer NOT NULL,
	`witness_counter` integer,
	`confidence` text NOT NULL,
	`confidence_reason` text NOT NULL,
	`average_viewers` real,
	`peak_viewers` integer,
	`peak_at` integer,
	`coverage` real NOT NULL,
	`minute_count` integer NOT NULL,
	`curve` blob,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`,`creator_id`) REFERENCES `creators`(`tenant_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `live_sessions_by_room` ON `live_sessions` (`tenant_id`,`creator_id`,`room_id`);--> statement-breakpoint
CREATE INDEX `live_sessions_by_start` ON `live_sessions` (`tenant_id`,`creator_id`,`started_at`);--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`tenant_id` text NOT NULL,
	`caller_id` text NOT NULL,
	`key` text NOT NULL,
	`fingerprint` text NOT NULL,
	`status` integer,
	`body` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `caller_id`, `key`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `idempotency_by_age` ON `idempotency_keys` (`created_at`) WHERE status is not null;--> statement-breakpoint
CREATE TABLE `sessions` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`user_id` text NOT NULL,
	`refresh_hash` text NOT NULL,
	`previous_hash` text,
	`rotated_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`revoked_at` integer,
	`ip` text,
	`agent` text,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`,`user_id`) REFERENCES `users`(`tenant_id`,`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `tenants` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`state` text NOT NULL,
	`metrics_time_zone` text DEFAULT 'UTC' NOT NULL,
	`terms_version` text NOT NULL,
	`creator_count` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `users` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`password_hash` text NOT NULL,
	`role` text NOT NULL,
	`team` text,
	`state` text DEFAULT 'active' NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_by_email` ON `users` (`tenant_id`,`email`);--> statement-breakpoint
CREATE TABLE `connections` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`creator_id` text NOT NULL,
	`generation` integer DEFAULT 1 NOT NULL,
	`status` text NOT NULL,
	`connected_at` integer NOT NULL,
	`ended_at` integer,
	`end_reason` text,
	`purge_due_at` integer,
	`purged_at` integer,
	`certificate_id` text,
	`revoked` text,
	`deleted_counts` text,
	`open_id` text,
	`union_id` text,
	`scopes` text,
	`access_token` text,
	`refresh_token` text,
	`access_expires_at` integer,
	`refresh_expires_at` integer,
	`username` text,
	`display_name` text,
	`avatar_url` text,
	`bio` text,
	`followers` integer,
	`following` integer,
	`likes` integer,
	`video_count` integer,
	`last_sync_at` integer,
	`sync_error` text,
	`next_sync_at` integer,
	`full_videos_at` integer,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`,`creator_id`) REFERENCES `creators`(`tenant_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `connections_open` ON `connections` (`tenant_id`,`creator_id`) WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX `connections_by_creator` ON `connections` (`tenant_id`,`creator_id`,`connected_at`);--> statement-breakpoint
CREATE INDEX `connections_unpurged` ON `connections` (`purge_due_at`) WHERE purged_at is null and purge_due_at is not null;--> statement-breakpoint
CREATE TABLE `consents` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`creator_id` text NOT NULL,
	`connection_id` text NOT NULL,
	`kind` text NOT NULL,
	`wording` text NOT NULL,
	`granted_at` integer NOT NULL,
	`withdrawn_at` integer,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`,`creator_id`) REFERENCES `creators`(`tenant_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `consents_standing` ON `consents` (`tenant_id`,`connection_id`,`kind`) WHERE withdrawn_at is null;--> statement-breakpoint
CREATE INDEX `consents_by_creator` ON `consents` (`tenant_id`,`creator_id`,`granted_at`);--> statement-breakpoint
CREATE TABLE `invites` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`creator_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	`voided_at` integer,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`,`creator_id`) REFERENCES `creators`(`tenant_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `invites_by_creator` ON `invites` (`tenant_id`,`creator_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `oauth_trips` (
	`tenant_id` text NOT NULL,
	`state_hash` text NOT NULL,
	`invite_id` text NOT NULL,
	`browser_hash` text NOT NULL,
	`verifier` text NOT NULL,
	`live` integer NOT NULL,
	`wording` text NOT NULL,
	`live_wording` text NOT NULL,
	`lang` text NOT NULL,
	`created_at` integer NOT NULL,
	`used_at` integer,
	`pending_grant` text,
	`connection_id` text,
	PRIMARY KEY(`tenant_id`, `state_hash`),
	FOREIGN KEY (`tenant_id`,`invite_id`) REFERENCES `invites`(`tenant_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `oauth_trips_by_age` ON `oauth_trips` (`created_at`);--> statement-breakpoint
CREATE TABLE `snapshots` (
	`tenant_id` text NOT NULL,
	`creator_id` text NOT NULL,
	`day` text NOT NULL,
	`connection_id` text NOT NULL,
	`followers` integer,
	`following` integer,
	`likes` integer,
	`videos` integer,
	`taken_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `creator_id`, `day`),
	FOREIGN KEY (`tenant_id`,`creator_id`) REFERENCES `creators`(`tenant_id`,`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `videos` (
	`tenant_id` text NOT NULL,
	`creator_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`id` text NOT NULL,
	`connection_id` text NOT NULL,
	`title` text,
	`cover_url` text,
	`cover_at` integer NOT NULL,
	`embed_url` text,
	`duration_seconds` integer,
	`views` integer,
	`likes` integer,
	`comments` integer,
	`shares` integer,
	`seen_at` integer NOT NULL,
	`missed` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`tenant_id`, `creator_id`, `created_at`, `id`),
	FOREIGN KEY (`tenant_id`,`creator_id`) REFERENCES `creators`(`tenant_id`,`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
