CREATE TABLE `plan_moves` (
	`subscription_id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`to_version_id` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `plan_moves_customer` ON `plan_moves` (`tenant_id`,`customer_id`);--> statement-breakpoint
ALTER TABLE `usage_events` ADD `plan_version_id` text;--> statement-breakpoint
ALTER TABLE `usage_events` ADD `tiered` text;