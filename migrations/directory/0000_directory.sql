CREATE TABLE `accounts` (
	`open_id_hash` text NOT NULL,
	`region` text NOT NULL,
	`tenant_id` text NOT NULL,
	`connection_id` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`open_id_hash`, `tenant_id`, `connection_id`)
);
--> statement-breakpoint
CREATE TABLE `certificates` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`region` text NOT NULL,
	`connection_id` text NOT NULL,
	`reason` text NOT NULL,
	`requested_at` integer NOT NULL,
	`completed_at` integer NOT NULL,
	`due_at` integer NOT NULL,
	`counts` text NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `certificates_by_tenant` ON `certificates` (`tenant_id`,`completed_at`);--> statement-breakpoint
CREATE TABLE `emails` (
	`email_hash` text PRIMARY KEY NOT NULL,
	`region` text NOT NULL,
	`tenant_id` text NOT NULL,
	`user_id` text NOT NULL,
	`state` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `emails_pending` ON `emails` (`state`,`created_at`);--> statement-breakpoint
CREATE TABLE `tenant_places` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`region` text NOT NULL,
	`created_at` integer NOT NULL
);
