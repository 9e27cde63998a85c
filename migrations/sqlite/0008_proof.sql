CREATE TABLE `findings` (
	`id` text PRIMARY KEY NOT NULL,
	`reconciliation_id` text NOT NULL,
	`tenant_id` text,
	`side` text NOT NULL,
	`kind` text NOT NULL,
	`severity` text NOT NULL,
	`subject` text NOT NULL,
	`local` text,
	`remote` text,
	`rows` text NOT NULL,
	`touches` text NOT NULL,
	`action` text NOT NULL,
	`repaired` integer NOT NULL,
	`repair_error` text,
	`explained_by` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `findings_once` ON `findings` (`reconciliation_id`,`kind`,`subject`);--> statement-breakpoint
CREATE INDEX `findings_run` ON `findings` (`reconciliation_id`,`id`);--> statement-breakpoint
CREATE INDEX `findings_tenant` ON `findings` (`tenant_id`,`id`);--> statement-breakpoint
CREATE TABLE `reconciliations` (
	`id` text PRIMARY KEY NOT NULL,
	`from_at` integer NOT NULL,
	`to_at` integer NOT NULL,
	`repair` integer NOT NULL,
	`sides` text NOT NULL,
	`left_out` text NOT NULL,
	`state` text NOT NULL,
	`plan` text NOT NULL,
	`step` integer NOT NULL,
	`cursor` text,
	`looked_at` text NOT NULL,
	`attempts` integer NOT NULL,
	`error` text,
	`actor` text NOT NULL,
	`leased_until` integer NOT NULL,
	`created_at` integer NOT NULL,
	`finished_at` integer
);
--> statement-breakpoint
CREATE INDEX `reconciliations_running` ON `reconciliations` (`id`) WHERE "reconciliations"."state" = 'running';--> statement-breakpoint
DROP INDEX `collections_order`;--> statement-breakpoint
DROP INDEX `collections_link`;--> statement-breakpoint
CREATE INDEX `collections_order` ON `collections` (`order_id`,`account_id`);--> statement-breakpoint
CREATE INDEX `collections_link` ON `collections` (`link_id`,`account_id`);--> statement-breakpoint
DROP INDEX `credit_notes_number`;--> statement-breakpoint
CREATE UNIQUE INDEX `credit_notes_number` ON `credit_notes` (`number`,`seller_id`);--> statement-breakpoint
DROP INDEX `invoices_number`;--> statement-breakpoint
CREATE UNIQUE INDEX `invoices_number` ON `invoices` (`number`,`seller_id`);--> statement-breakpoint
DROP INDEX `payments_order`;--> statement-breakpoint
CREATE INDEX `payments_order` ON `payments` (`order_id`,`account_id`);--> statement-breakpoint
DROP INDEX `razorpay_customers_remote`;--> statement-breakpoint
CREATE INDEX `razorpay_customers_remote` ON `razorpay_customers` (`razorpay_customer_id`,`account_id`);--> statement-breakpoint
CREATE INDEX `billing_profiles_email` ON `billing_profiles` (lower("email"));--> statement-breakpoint
CREATE INDEX `key_secrets_prefix` ON `key_secrets` (`prefix`);--> statement-breakpoint
CREATE INDEX `users_named` ON `users` (`external_id`,`id`);