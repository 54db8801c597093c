-- Read after generation. Existing people have not verified their address yet: they are asked to, and nothing else changes for them.
CREATE TABLE `mail_links` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`user_id` text NOT NULL,
	`kind` text NOT NULL,
	`email` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	`voided_at` integer,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`,`user_id`) REFERENCES `users`(`tenant_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `mail_links_by_user` ON `mail_links` (`tenant_id`,`user_id`,`kind`);--> statement-breakpoint
ALTER TABLE `sessions` ADD `country` text;--> statement-breakpoint
ALTER TABLE `sessions` ADD `stepped_up_at` integer;--> statement-breakpoint
CREATE INDEX `sessions_by_user` ON `sessions` (`tenant_id`,`user_id`);--> statement-breakpoint
ALTER TABLE `tenants` ADD `idle_hours` integer DEFAULT 336 NOT NULL;--> statement-breakpoint
ALTER TABLE `tenants` ADD `absolute_hours` integer DEFAULT 2160 NOT NULL;--> statement-breakpoint
ALTER TABLE `tenants` ADD `require_totp` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `users` ADD `email_verified_at` integer;--> statement-breakpoint
ALTER TABLE `users` ADD `totp_secret` text;--> statement-breakpoint
ALTER TABLE `users` ADD `totp_pending` text;--> statement-breakpoint
ALTER TABLE `users` ADD `totp_step` integer;--> statement-breakpoint
ALTER TABLE `users` ADD `recovery_codes` text;