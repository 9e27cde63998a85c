CREATE TABLE `credit_repeats` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`kind` text NOT NULL,
	`amount_micros` integer NOT NULL,
	`reason` text NOT NULL,
	`every` text NOT NULL,
	`lasts` text NOT NULL,
	`ends_at` integer,
	`times` integer,
	`given` integer NOT NULL,
	`period_start` integer,
	`next_at` integer NOT NULL,
	`last_grant_id` text,
	`cancelled_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `credit_repeats_customer` ON `credit_repeats` (`tenant_id`,`customer_id`,`id`);--> statement-breakpoint
CREATE INDEX `credit_repeats_due` ON `credit_repeats` (`next_at`);--> statement-breakpoint
CREATE TABLE `wallet_settings` (
	`customer_id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`low_micros` integer,
	`low_since` integer,
	`auto_below_micros` integer,
	`auto_credit_micros` integer,
	`auto_proposed_at` integer,
	`credit_days` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `wallet_settings_tenant` ON `wallet_settings` (`tenant_id`);--> statement-breakpoint
ALTER TABLE `invoices` ADD `final_notice_at` integer;--> statement-breakpoint
ALTER TABLE `payments` ADD `unapplied_paise` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `cycles` ADD `base_invoice_id` text;--> statement-breakpoint
ALTER TABLE `customers` ADD `booked_until` integer;--> statement-breakpoint
DROP INDEX `invoices_dunning`;--> statement-breakpoint
ALTER TABLE `invoices` DROP COLUMN `dunning_next_at`;