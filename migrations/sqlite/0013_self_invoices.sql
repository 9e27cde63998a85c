CREATE TABLE `self_invoiced` (
	`seller_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`from_at` integer NOT NULL,
	`to_at` integer NOT NULL,
	`cost_micros_usd` integer NOT NULL,
	PRIMARY KEY(`seller_id`, `from_at`, `tenant_id`)
);
--> statement-breakpoint
CREATE TABLE `self_invoices` (
	`id` text PRIMARY KEY NOT NULL,
	`seller_id` text NOT NULL,
	`tenant_id` text,
	`number` text NOT NULL,
	`financial_year` text NOT NULL,
	`from_at` integer NOT NULL,
	`to_at` integer NOT NULL,
	`supplier` text NOT NULL,
	`recipient` text NOT NULL,
	`sac` text NOT NULL,
	`cost_micros_usd` integer NOT NULL,
	`parts` text NOT NULL,
	`rate_micros` integer NOT NULL,
	`rate_source` text NOT NULL,
	`rate_valid_from` integer NOT NULL,
	`tax_rate_ppm` integer NOT NULL,
	`taxable_paise` integer NOT NULL,
	`igst_paise` integer NOT NULL,
	`total_paise` integer NOT NULL,
	`issued_at` integer NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `self_invoices_number` ON `self_invoices` (`number`,`seller_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `self_invoices_span` ON `self_invoices` (`seller_id`,`to_at`);--> statement-breakpoint
CREATE INDEX `self_invoices_issued` ON `self_invoices` (`seller_id`,`issued_at`);--> statement-breakpoint
CREATE TABLE `self_invoicing` (
	`seller_id` text PRIMARY KEY NOT NULL,
	`tenant_id` text,
	`since` integer NOT NULL,
	`covered_until` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `transfers_account` ON `transfers` (`account_id`,`at`,`id`);