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
CREATE TABLE `plans` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`currency` text NOT NULL,
	`multiplier_ppm` integer NOT NULL,
	`created_at` integer NOT NULL
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
	`starts_at` integer NOT NULL,
	`expires_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
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
