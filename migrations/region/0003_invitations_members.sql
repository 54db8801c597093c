-- Read after generation. Who sees only their own creators, or their team's, gets an index a sort, as the whole roster has.
CREATE TABLE `invitations` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`email` text NOT NULL,
	`role` text NOT NULL,
	`team` text,
	`invited_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`mail` text NOT NULL,
	`mailed_at` integer NOT NULL,
	`accepted_at` integer,
	`revoked_at` integer,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`,`invited_by`) REFERENCES `users`(`tenant_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `invitations_open` ON `invitations` (`tenant_id`,`email`) WHERE accepted_at is null and revoked_at is null;--> statement-breakpoint
CREATE INDEX `invitations_by_expiry` ON `invitations` (`expires_at`);--> statement-breakpoint
ALTER TABLE `users` ADD `last_active_at` integer;--> statement-breakpoint
ALTER TABLE `users` ADD `version` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
CREATE INDEX `creators_by_owner_handle` ON `creators` (`tenant_id`,`owner_id`,`handle_key`,`id`) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX `creators_by_owner_creation` ON `creators` (`tenant_id`,`owner_id`,`id`) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX `creators_by_owner_update` ON `creators` (`tenant_id`,`owner_id`,`updated_at`,`id`) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX `creators_by_owner_followers` ON `creators` (`tenant_id`,`owner_id`,`followers_key`,`id`) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX `creators_by_team` ON `creators` (`tenant_id`,`team`,`name_key`,`id`) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX `creators_by_team_handle` ON `creators` (`tenant_id`,`team`,`handle_key`,`id`) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX `creators_by_team_creation` ON `creators` (`tenant_id`,`team`,`id`) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX `creators_by_team_update` ON `creators` (`tenant_id`,`team`,`updated_at`,`id`) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX `creators_by_team_followers` ON `creators` (`tenant_id`,`team`,`followers_key`,`id`) WHERE deleted_at is null;--> statement-breakpoint
-- Who was signed in before this was kept was last here when a browser of theirs last renewed its session.
UPDATE `users` SET `last_active_at` = (SELECT max(s.rotated_at) FROM `sessions` s WHERE s.tenant_id = users.tenant_id AND s.user_id = users.id);
