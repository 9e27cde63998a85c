CREATE TABLE `usage_carried` (
	`tenant_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`kind` text NOT NULL,
	`subject_id` text NOT NULL,
	`amount` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `customer_id`, `kind`, `subject_id`)
);
--> statement-breakpoint
ALTER TABLE `idempotency` ADD `user_id` text;