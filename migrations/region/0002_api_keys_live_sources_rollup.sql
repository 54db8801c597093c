-- Read after generation: a table read on every request is WITHOUT ROWID, which the generator cannot say.
CREATE TABLE `api_keys` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`secret_hash` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`last_used_at` integer,
	`expires_at` integer,
	`revoked_at` integer,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`,`created_by`) REFERENCES `users`(`tenant_id`,`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `creators` ADD `live_source` text DEFAULT 'direct' NOT NULL;--> statement-breakpoint
ALTER TABLE `live_sessions` ADD `curve_step` integer DEFAULT 60 NOT NULL;--> statement-breakpoint
CREATE INDEX `live_sessions_by_minute` ON `live_sessions` (`tenant_id`,`started_at`) WHERE curve_step = 60;