CREATE TABLE `alerts` (
	`id` text PRIMARY KEY NOT NULL,
	`dedupe` text NOT NULL,
	`tenant_id` text,
	`type` text NOT NULL,
	`data` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `alerts_dedupe` ON `alerts` (`dedupe`);--> statement-breakpoint
CREATE INDEX `alerts_tenant` ON `alerts` (`tenant_id`,`id`);--> statement-breakpoint
CREATE TABLE `batches` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`user_id` text,
	`key_id` text,
	`upstream_id` text,
	`upstream_api_key_sealed` text,
	`headers` text NOT NULL,
	`state` text NOT NULL,
	`lines` integer NOT NULL,
	`object` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`poll_at` integer NOT NULL,
	`polls` integer NOT NULL,
	`leased_until` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `batches_upstream_id_unique` ON `batches` (`upstream_id`);--> statement-breakpoint
CREATE INDEX `batches_tenant` ON `batches` (`tenant_id`,`id`);--> statement-breakpoint
CREATE INDEX `batches_due` ON `batches` (`poll_at`) WHERE "batches"."state" <> 'settled' and "batches"."state" <> 'deleted';--> statement-breakpoint
CREATE TABLE `fx_rates` (
	`id` text PRIMARY KEY NOT NULL,
	`currency` text NOT NULL,
	`rate_micros` integer NOT NULL,
	`valid_from` integer NOT NULL,
	`source` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `fx_rates_once` ON `fx_rates` (`currency`,`valid_from`);--> statement-breakpoint
CREATE TABLE `plan_versions` (
	`id` text PRIMARY KEY NOT NULL,
	`plan_id` text NOT NULL,
	`version` integer NOT NULL,
	`terms` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `plan_versions_once` ON `plan_versions` (`plan_id`,`version`);--> statement-breakpoint
CREATE TABLE `plans` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`currency` text NOT NULL,
	`visibility` text NOT NULL,
	`version` integer NOT NULL,
	`archived_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `plans_name_unique` ON `plans` (`name`);--> statement-breakpoint
CREATE TABLE `prices` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`model` text NOT NULL,
	`list` text NOT NULL,
	`above_prompt_tokens` integer NOT NULL,
	`meter` text NOT NULL,
	`pico_usd` integer NOT NULL,
	`valid_from` integer NOT NULL,
	`correction` integer NOT NULL,
	`source` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `prices_once` ON `prices` (`tenant_id`,`model`,`list`,`above_prompt_tokens`,`meter`,`valid_from`,`correction`);--> statement-breakpoint
CREATE TABLE `idempotency` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text,
	`fingerprint` text NOT NULL,
	`node_id` text NOT NULL,
	`claim` text NOT NULL,
	`lease_until` integer NOT NULL,
	`answer` text,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `idempotency_expiry` ON `idempotency` (`expires_at`);--> statement-breakpoint
CREATE TABLE `audit` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`subject_id` text NOT NULL,
	`before` text,
	`after` text,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_tenant` ON `audit` (`tenant_id`,`id`);--> statement-breakpoint
CREATE TABLE `installation` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `nodes` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`started_at` integer NOT NULL,
	`lease_until` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `collections` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`account_id` text NOT NULL,
	`invoice_id` text NOT NULL,
	`attempt` integer NOT NULL,
	`channel` text NOT NULL,
	`state` text NOT NULL,
	`amount_paise` integer NOT NULL,
	`currency` text NOT NULL,
	`mandate_id` text,
	`order_id` text,
	`payment_id` text,
	`link_id` text,
	`short_url` text,
	`next_at` integer NOT NULL,
	`final_at` integer,
	`error_reason` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `collections_attempt` ON `collections` (`invoice_id`,`attempt`);--> statement-breakpoint
CREATE INDEX `collections_customer` ON `collections` (`tenant_id`,`customer_id`,`id`);--> statement-breakpoint
CREATE INDEX `collections_order` ON `collections` (`account_id`,`order_id`);--> statement-breakpoint
CREATE INDEX `collections_link` ON `collections` (`account_id`,`link_id`);--> statement-breakpoint
CREATE INDEX `collections_due` ON `collections` (`next_at`) WHERE "collections"."state" in ('claimed', 'order_created', 'submitted', 'sent', 'unknown');--> statement-breakpoint
CREATE TABLE `credit_notes` (
	`id` text PRIMARY KEY NOT NULL,
	`source` text NOT NULL,
	`tenant_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`invoice_id` text NOT NULL,
	`seller_id` text NOT NULL,
	`number` text NOT NULL,
	`financial_year` text NOT NULL,
	`reason` text NOT NULL,
	`currency` text NOT NULL,
	`taxable_paise` integer NOT NULL,
	`cgst_paise` integer NOT NULL,
	`sgst_paise` integer NOT NULL,
	`igst_paise` integer NOT NULL,
	`round_off_paise` integer NOT NULL,
	`total_paise` integer NOT NULL,
	`issued_at` integer NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `credit_notes_source_unique` ON `credit_notes` (`source`);--> statement-breakpoint
CREATE UNIQUE INDEX `credit_notes_number` ON `credit_notes` (`seller_id`,`number`);--> statement-breakpoint
CREATE INDEX `credit_notes_invoice` ON `credit_notes` (`invoice_id`);--> statement-breakpoint
CREATE INDEX `credit_notes_customer` ON `credit_notes` (`tenant_id`,`customer_id`,`id`);--> statement-breakpoint
CREATE TABLE `invoices` (
	`id` text PRIMARY KEY NOT NULL,
	`source` text NOT NULL,
	`tenant_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`seller_id` text NOT NULL,
	`kind` text NOT NULL,
	`number` text NOT NULL,
	`financial_year` text NOT NULL,
	`cycle_id` text,
	`subscription_id` text,
	`currency` text NOT NULL,
	`seller` text NOT NULL,
	`buyer` text NOT NULL,
	`place_of_supply` text NOT NULL,
	`lines` text NOT NULL,
	`tax_rate_ppm` integer NOT NULL,
	`taxable_paise` integer NOT NULL,
	`cgst_paise` integer NOT NULL,
	`sgst_paise` integer NOT NULL,
	`igst_paise` integer NOT NULL,
	`round_off_paise` integer NOT NULL,
	`total_paise` integer NOT NULL,
	`paid_paise` integer NOT NULL,
	`credited_paise` integer NOT NULL,
	`tds_paise` integer NOT NULL,
	`written_off_paise` integer NOT NULL,
	`fx` text,
	`issued_at` integer NOT NULL,
	`due_at` integer NOT NULL,
	`reopened_at` integer,
	`dunning_stage` integer NOT NULL,
	`dunning_next_at` integer,
	`suspended_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `invoices_source_unique` ON `invoices` (`source`);--> statement-breakpoint
CREATE UNIQUE INDEX `invoices_number` ON `invoices` (`seller_id`,`number`);--> statement-breakpoint
CREATE INDEX `invoices_customer` ON `invoices` (`tenant_id`,`customer_id`,`id`);--> statement-breakpoint
CREATE INDEX `invoices_dunning` ON `invoices` (`dunning_next_at`) WHERE "invoices"."dunning_next_at" is not null;--> statement-breakpoint
CREATE TABLE `number_series` (
	`id` text PRIMARY KEY NOT NULL,
	`seller_id` text NOT NULL,
	`tenant_id` text,
	`last` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `entries` (
	`transfer_id` text NOT NULL,
	`line` integer NOT NULL,
	`tenant_id` text NOT NULL,
	`customer_id` text,
	`ledger_account` text NOT NULL,
	`currency` text NOT NULL,
	`amount_micros` integer NOT NULL,
	PRIMARY KEY(`transfer_id`, `line`)
);
--> statement-breakpoint
CREATE INDEX `entries_customer` ON `entries` (`tenant_id`,`customer_id`,`ledger_account`);--> statement-breakpoint
CREATE INDEX `entries_account` ON `entries` (`ledger_account`,`currency`);--> statement-breakpoint
CREATE TABLE `transfers` (
	`id` text PRIMARY KEY NOT NULL,
	`source` text NOT NULL,
	`kind` text NOT NULL,
	`account_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`customer_id` text,
	`memo` text NOT NULL,
	`at` integer NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `transfers_source_unique` ON `transfers` (`source`);--> statement-breakpoint
CREATE INDEX `transfers_customer` ON `transfers` (`tenant_id`,`customer_id`,`id`);--> statement-breakpoint
CREATE TABLE `counters` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`subject_id` text NOT NULL,
	`metric` text NOT NULL,
	`window` text NOT NULL,
	`models` text NOT NULL,
	`window_start` integer NOT NULL,
	`window_end` integer,
	`used` integer NOT NULL,
	`held` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `counters_subject` ON `counters` (`tenant_id`,`subject_id`);--> statement-breakpoint
CREATE INDEX `counters_end` ON `counters` (`window_end`);--> statement-breakpoint
CREATE TABLE `grants` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`kind` text NOT NULL,
	`priority` integer NOT NULL,
	`currency` text NOT NULL,
	`amount` integer NOT NULL,
	`used` integer NOT NULL,
	`held` integer NOT NULL,
	`reason` text NOT NULL,
	`source` text,
	`cycle_id` text,
	`starts_at` integer NOT NULL,
	`expires_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `grants_source_unique` ON `grants` (`source`);--> statement-breakpoint
CREATE INDEX `grants_customer` ON `grants` (`customer_id`,`expires_at`);--> statement-breakpoint
CREATE INDEX `grants_tenant` ON `grants` (`tenant_id`);--> statement-breakpoint
CREATE TABLE `holds` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`user_id` text,
	`key_id` text,
	`node_id` text NOT NULL,
	`state` text NOT NULL,
	`observe` integer NOT NULL,
	`admitted_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	`held` text NOT NULL,
	`call` text NOT NULL,
	`checkpoint` text,
	`outcome` text
);
--> statement-breakpoint
CREATE INDEX `holds_open` ON `holds` (`node_id`) WHERE "holds"."state" = 'open';--> statement-breakpoint
CREATE TABLE `limits` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`scope` text NOT NULL,
	`subject_id` text NOT NULL,
	`metric` text NOT NULL,
	`window` text NOT NULL,
	`amount` integer NOT NULL,
	`models` text NOT NULL,
	`enforcement` text NOT NULL,
	`alert_at` text NOT NULL,
	`raise` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `limits_tenant` ON `limits` (`tenant_id`,`scope`,`subject_id`);--> statement-breakpoint
CREATE TABLE `deliveries` (
	`id` text PRIMARY KEY NOT NULL,
	`endpoint_id` text NOT NULL,
	`alert_id` text NOT NULL,
	`tenant_id` text,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`status` integer,
	`error` text,
	`next_at` integer NOT NULL,
	`delivered_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_once` ON `deliveries` (`endpoint_id`,`alert_id`);--> statement-breakpoint
CREATE INDEX `deliveries_due` ON `deliveries` (`next_at`) WHERE "deliveries"."state" = 'pending';--> statement-breakpoint
CREATE TABLE `endpoints` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text,
	`url` text NOT NULL,
	`secret_sealed` text NOT NULL,
	`types` text NOT NULL,
	`disabled_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `endpoints_tenant` ON `endpoints` (`tenant_id`);--> statement-breakpoint
CREATE TABLE `jobs` (
	`name` text PRIMARY KEY NOT NULL,
	`node_id` text,
	`leased_until` integer NOT NULL,
	`next_at` integer NOT NULL,
	`last_at` integer,
	`last_error` text,
	`runs` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `mails` (
	`id` text PRIMARY KEY NOT NULL,
	`source` text NOT NULL,
	`tenant_id` text NOT NULL,
	`customer_id` text,
	`recipient` text NOT NULL,
	`subject` text NOT NULL,
	`body` text,
	`invoice_id` text,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`error` text,
	`next_at` integer NOT NULL,
	`sent_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `mails_source_unique` ON `mails` (`source`);--> statement-breakpoint
CREATE INDEX `mails_due` ON `mails` (`next_at`) WHERE "mails"."state" = 'pending';--> statement-breakpoint
CREATE TABLE `disputes` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`payment_id` text NOT NULL,
	`status` text NOT NULL,
	`phase` text NOT NULL,
	`reason_code` text,
	`currency` text NOT NULL,
	`amount_paise` integer NOT NULL,
	`deducted_paise` integer NOT NULL,
	`respond_by` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `disputes_payment` ON `disputes` (`payment_id`);--> statement-breakpoint
CREATE INDEX `disputes_customer` ON `disputes` (`tenant_id`,`customer_id`);--> statement-breakpoint
CREATE TABLE `payments` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`purpose` text NOT NULL,
	`subject_id` text NOT NULL,
	`invoice_id` text,
	`order_id` text,
	`razorpay_invoice_id` text,
	`status` text NOT NULL,
	`method` text,
	`currency` text NOT NULL,
	`amount_paise` integer NOT NULL,
	`fee_paise` integer NOT NULL,
	`fee_tax_paise` integer NOT NULL,
	`refunded_paise` integer NOT NULL,
	`deducted_paise` integer NOT NULL,
	`error_reason` text,
	`captured_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `payments_customer` ON `payments` (`tenant_id`,`customer_id`,`id`);--> statement-breakpoint
CREATE INDEX `payments_order` ON `payments` (`account_id`,`order_id`);--> statement-breakpoint
CREATE TABLE `refunds` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`payment_id` text NOT NULL,
	`razorpay_refund_id` text,
	`origin` text NOT NULL,
	`state` text NOT NULL,
	`currency` text NOT NULL,
	`amount_paise` integer NOT NULL,
	`grant_id` text,
	`credit_micros` integer NOT NULL,
	`credit_note_id` text,
	`reason` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `refunds_razorpay_refund_id_unique` ON `refunds` (`razorpay_refund_id`);--> statement-breakpoint
CREATE INDEX `refunds_payment` ON `refunds` (`payment_id`);--> statement-breakpoint
CREATE INDEX `refunds_customer` ON `refunds` (`tenant_id`,`customer_id`,`id`);--> statement-breakpoint
CREATE TABLE `topups` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`account_id` text NOT NULL,
	`channel` text NOT NULL,
	`state` text NOT NULL,
	`currency` text NOT NULL,
	`credit_micros` integer NOT NULL,
	`gst_paise` integer NOT NULL,
	`payable_paise` integer NOT NULL,
	`order_id` text,
	`link_id` text,
	`short_url` text,
	`payment_id` text,
	`grant_id` text,
	`invoice_id` text,
	`expires_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `topups_order_id_unique` ON `topups` (`order_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `topups_link_id_unique` ON `topups` (`link_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `topups_payment_id_unique` ON `topups` (`payment_id`);--> statement-breakpoint
CREATE INDEX `topups_customer` ON `topups` (`tenant_id`,`customer_id`,`id`);--> statement-breakpoint
CREATE INDEX `topups_open` ON `topups` (`state`,`expires_at`);--> statement-breakpoint
CREATE TABLE `claims` (
	`id` text PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`account_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`operation` text NOT NULL,
	`request` text NOT NULL,
	`state` text NOT NULL,
	`remote_id` text,
	`answer` text,
	`attempts` integer NOT NULL,
	`sent_at` integer,
	`leased_until` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `claims_key_unique` ON `claims` (`key`);--> statement-breakpoint
CREATE INDEX `claims_remote` ON `claims` (`account_id`,`remote_id`);--> statement-breakpoint
CREATE INDEX `claims_open` ON `claims` (`created_at`) WHERE "claims"."state" in ('claimed', 'sent');--> statement-breakpoint
CREATE TABLE `webhook_events` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`event_id` text NOT NULL,
	`tenant_id` text,
	`type` text NOT NULL,
	`body` text NOT NULL,
	`state` text NOT NULL,
	`entity_ids` text NOT NULL,
	`attempts` integer NOT NULL,
	`error` text,
	`made_at` integer,
	`received_at` integer NOT NULL,
	`applied_at` integer,
	`next_at` integer NOT NULL,
	`leased_until` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `webhook_events_once` ON `webhook_events` (`account_id`,`event_id`);--> statement-breakpoint
CREATE INDEX `webhook_events_due` ON `webhook_events` (`next_at`) WHERE "webhook_events"."state" in ('received', 'failed');--> statement-breakpoint
CREATE INDEX `webhook_events_type` ON `webhook_events` (`type`,`id`);--> statement-breakpoint
CREATE TABLE `billing_profiles` (
	`customer_id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`contact` text NOT NULL,
	`address` text NOT NULL,
	`state_code` text NOT NULL,
	`gstin` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `billing_profiles_tenant` ON `billing_profiles` (`tenant_id`);--> statement-breakpoint
CREATE TABLE `razorpay_accounts` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`key_id` text NOT NULL,
	`key_secret_sealed` text NOT NULL,
	`webhook_secret_sealed` text NOT NULL,
	`webhook_secret_before_sealed` text,
	`rotated_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `razorpay_customers` (
	`account_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`razorpay_customer_id` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`account_id`, `customer_id`)
);
--> statement-breakpoint
CREATE INDEX `razorpay_customers_remote` ON `razorpay_customers` (`account_id`,`razorpay_customer_id`);--> statement-breakpoint
CREATE TABLE `razorpay_plans` (
	`account_id` text NOT NULL,
	`plan_version_id` text NOT NULL,
	`tenant_id` text,
	`razorpay_plan_id` text NOT NULL,
	`amount_paise` integer NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`account_id`, `plan_version_id`)
);
--> statement-breakpoint
CREATE TABLE `sellers` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text,
	`legal_name` text NOT NULL,
	`gstin` text,
	`address` text NOT NULL,
	`state_code` text NOT NULL,
	`sac` text NOT NULL,
	`invoice_series` text NOT NULL,
	`lut` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `cycles` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`account_id` text NOT NULL,
	`subscription_id` text,
	`plan_id` text NOT NULL,
	`plan_version_id` text NOT NULL,
	`currency` text NOT NULL,
	`start_at` integer NOT NULL,
	`end_at` integer NOT NULL,
	`state` text NOT NULL,
	`trial` integer NOT NULL,
	`rate_micros` integer,
	`rate_source` text,
	`rate_valid_from` integer,
	`included_grant_id` text,
	`overage_grant_id` text,
	`billed_micros` integer NOT NULL,
	`early_bills` integer NOT NULL,
	`totals` text,
	`overage_invoice_id` text,
	`closed_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `cycles_once` ON `cycles` (`customer_id`,`start_at`);--> statement-breakpoint
CREATE INDEX `cycles_tenant` ON `cycles` (`tenant_id`,`id`);--> statement-breakpoint
CREATE INDEX `cycles_due` ON `cycles` (`state`,`end_at`);--> statement-breakpoint
CREATE TABLE `mandates` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`account_id` text NOT NULL,
	`method` text NOT NULL,
	`status` text NOT NULL,
	`razorpay_customer_id` text NOT NULL,
	`order_id` text,
	`token_id` text,
	`max_amount_paise` integer NOT NULL,
	`expires_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `mandates_order_id_unique` ON `mandates` (`order_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `mandates_token_id_unique` ON `mandates` (`token_id`);--> statement-breakpoint
CREATE INDEX `mandates_customer` ON `mandates` (`tenant_id`,`customer_id`);--> statement-breakpoint
CREATE TABLE `promotion_redemptions` (
	`promotion_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`grant_id` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`promotion_id`, `customer_id`)
);
--> statement-breakpoint
CREATE TABLE `promotions` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text,
	`code` text NOT NULL,
	`credit_micros` integer NOT NULL,
	`currency` text NOT NULL,
	`max_redemptions` integer,
	`redeemed` integer NOT NULL,
	`credit_days` integer,
	`expires_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `promotions_code_unique` ON `promotions` (`code`);--> statement-breakpoint
CREATE INDEX `promotions_tenant` ON `promotions` (`tenant_id`);--> statement-breakpoint
CREATE TABLE `subscription_changes` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`subscription_id` text NOT NULL,
	`from_status` text,
	`to_status` text NOT NULL,
	`cause` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `subscription_changes_subscription` ON `subscription_changes` (`subscription_id`,`id`);--> statement-breakpoint
CREATE TABLE `subscriptions` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`account_id` text NOT NULL,
	`plan_id` text NOT NULL,
	`plan_version_id` text NOT NULL,
	`collection` text NOT NULL,
	`status` text NOT NULL,
	`razorpay_subscription_id` text,
	`short_url` text,
	`method` text,
	`total_count` integer NOT NULL,
	`paid_count` integer NOT NULL,
	`remaining_count` integer NOT NULL,
	`auth_attempts` integer NOT NULL,
	`start_at` integer,
	`trial_end` integer,
	`current_start` integer,
	`current_end` integer,
	`charge_at` integer,
	`cancel_at_cycle_end` integer NOT NULL,
	`replaces` text,
	`replace_when` text,
	`pending_since` integer,
	`expire_by` integer,
	`ended_at` integer,
	`fetched_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `subscriptions_razorpay_subscription_id_unique` ON `subscriptions` (`razorpay_subscription_id`);--> statement-breakpoint
CREATE INDEX `subscriptions_customer` ON `subscriptions` (`tenant_id`,`customer_id`);--> statement-breakpoint
CREATE INDEX `subscriptions_status` ON `subscriptions` (`status`,`charge_at`);--> statement-breakpoint
CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`user_id` text,
	`name` text NOT NULL,
	`scopes` text NOT NULL,
	`models` text,
	`routes` text,
	`expires_at` integer,
	`revoked_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `api_keys_tenant` ON `api_keys` (`tenant_id`,`id`);--> statement-breakpoint
CREATE TABLE `customers` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`user_id` text,
	`subject_id` text NOT NULL,
	`currency` text NOT NULL,
	`plan_version_id` text,
	`subscription_id` text,
	`cycle_id` text,
	`cycle_start` integer,
	`cycle_end` integer,
	`standing` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `customers_subject_id_unique` ON `customers` (`subject_id`);--> statement-breakpoint
CREATE INDEX `customers_tenant` ON `customers` (`tenant_id`);--> statement-breakpoint
CREATE TABLE `issuers` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text,
	`issuer` text NOT NULL,
	`audience` text NOT NULL,
	`algorithms` text NOT NULL,
	`jwks_url` text,
	`public_key` text,
	`shared_secret_sealed` text,
	`user_claim` text NOT NULL,
	`tenant_claim` text,
	`required_claims` text,
	`create_users` integer NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `issuers_audience` ON `issuers` (`issuer`,`audience`);--> statement-breakpoint
CREATE INDEX `issuers_tenant` ON `issuers` (`tenant_id`);--> statement-breakpoint
CREATE TABLE `key_secrets` (
	`hash` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`key_id` text NOT NULL,
	`prefix` text NOT NULL,
	`expires_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `key_secrets_key` ON `key_secrets` (`key_id`);--> statement-breakpoint
CREATE TABLE `presets` (
	`tenant_id` text NOT NULL,
	`name` text NOT NULL,
	`body` text NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `name`)
);
--> statement-breakpoint
CREATE TABLE `tenants` (
	`id` text PRIMARY KEY NOT NULL,
	`external_id` text,
	`name` text NOT NULL,
	`timezone` text NOT NULL,
	`currency` text NOT NULL,
	`status` text NOT NULL,
	`enforcement` text NOT NULL,
	`billing` text NOT NULL,
	`default_plan_id` text,
	`settings` text NOT NULL,
	`upstream_api_key_sealed` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tenants_external_id_unique` ON `tenants` (`external_id`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`external_id` text NOT NULL,
	`name` text,
	`status` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_external` ON `users` (`tenant_id`,`external_id`);--> statement-breakpoint
CREATE TABLE `cost_lines` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`reference` text NOT NULL,
	`quantity_micros` integer NOT NULL,
	`charged_micros` integer NOT NULL,
	`rate_micros_usd` integer NOT NULL,
	`cost_micros_usd` integer NOT NULL,
	`from_at` integer NOT NULL,
	`to_at` integer NOT NULL,
	`note` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `cost_lines_reference_unique` ON `cost_lines` (`reference`);--> statement-breakpoint
CREATE TABLE `usage_events` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`user_id` text,
	`key_id` text,
	`request_id` text NOT NULL,
	`kind` text NOT NULL,
	`adjusts` text,
	`reason` text,
	`route` text NOT NULL,
	`asked_model` text NOT NULL,
	`model` text NOT NULL,
	`upstream_request_id` text,
	`input_tokens` integer NOT NULL,
	`cache_read_tokens` integer NOT NULL,
	`cache_write_5m_tokens` integer NOT NULL,
	`cache_write_1h_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`web_searches` integer NOT NULL,
	`list` text NOT NULL,
	`geo` text NOT NULL,
	`source` text NOT NULL,
	`ended` text NOT NULL,
	`stop_reason` text,
	`unreconciled` integer NOT NULL,
	`cost_micros_usd` integer NOT NULL,
	`spend_micros` integer NOT NULL,
	`uncovered_micros` integer NOT NULL,
	`currency` text NOT NULL,
	`rate_micros` integer NOT NULL,
	`multiplier_ppm` integer NOT NULL,
	`price_version` text NOT NULL,
	`draws` text NOT NULL,
	`samplings` text NOT NULL,
	`raw_usage` text,
	`tags` text NOT NULL,
	`admitted_at` integer NOT NULL,
	`first_byte_ms` integer,
	`total_ms` integer NOT NULL,
	`settled_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `usage_events_tenant` ON `usage_events` (`tenant_id`,`id`);--> statement-breakpoint
CREATE INDEX `usage_events_user` ON `usage_events` (`tenant_id`,`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `usage_events_request` ON `usage_events` (`request_id`);--> statement-breakpoint
CREATE INDEX `usage_events_adjusts` ON `usage_events` (`adjusts`) WHERE "usage_events"."adjusts" is not null;--> statement-breakpoint
CREATE TABLE `usage_hours` (
	`tenant_id` text NOT NULL,
	`hour` integer NOT NULL,
	`user_id` text NOT NULL,
	`key_id` text NOT NULL,
	`model` text NOT NULL,
	`currency` text NOT NULL,
	`requests` integer NOT NULL,
	`input_tokens` integer NOT NULL,
	`cache_read_tokens` integer NOT NULL,
	`cache_write_5m_tokens` integer NOT NULL,
	`cache_write_1h_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`web_searches` integer NOT NULL,
	`cost_micros_usd` integer NOT NULL,
	`spend_micros` integer NOT NULL,
	`uncovered_micros` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `hour`, `user_id`, `key_id`, `model`, `currency`)
);
--> statement-breakpoint
CREATE INDEX `usage_hours_hour` ON `usage_hours` (`hour`);--> statement-breakpoint
CREATE TABLE `usage_tag_hours` (
	`tenant_id` text NOT NULL,
	`hour` integer NOT NULL,
	`user_id` text NOT NULL,
	`tag` text NOT NULL,
	`currency` text NOT NULL,
	`requests` integer NOT NULL,
	`input_tokens` integer NOT NULL,
	`cache_read_tokens` integer NOT NULL,
	`cache_write_5m_tokens` integer NOT NULL,
	`cache_write_1h_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`web_searches` integer NOT NULL,
	`cost_micros_usd` integer NOT NULL,
	`spend_micros` integer NOT NULL,
	`uncovered_micros` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `hour`, `user_id`, `tag`, `currency`)
);
