CREATE TABLE `outcome_minutes` (
	`minute` integer NOT NULL,
	`tenant_id` text NOT NULL,
	`outcome` text NOT NULL,
	`calls` integer NOT NULL,
	PRIMARY KEY(`minute`, `tenant_id`, `outcome`)
);
--> statement-breakpoint
ALTER TABLE `alerts` ADD `acknowledged_at` integer;--> statement-breakpoint
ALTER TABLE `alerts` ADD `acknowledged_by` text;--> statement-breakpoint
ALTER TABLE `alerts` ADD `note` text;--> statement-breakpoint
CREATE INDEX `alerts_type` ON `alerts` (`type`,`id`);--> statement-breakpoint
ALTER TABLE `endpoints` ADD `seen_alert_id` text;--> statement-breakpoint
ALTER TABLE `endpoints` ADD `failing_since` integer;--> statement-breakpoint
CREATE INDEX `grants_kind` ON `grants` (`kind`,`expires_at`);--> statement-breakpoint
CREATE INDEX `deliveries_log` ON `deliveries` (`endpoint_id`,`id`);