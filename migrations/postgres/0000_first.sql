CREATE TABLE "alerts" (
	"id" text PRIMARY KEY NOT NULL,
	"dedupe" text NOT NULL,
	"tenant_id" text,
	"type" text NOT NULL,
	"data" jsonb NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "batches" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"user_id" text,
	"key_id" text,
	"upstream_id" text,
	"upstream_api_key_sealed" text,
	"headers" jsonb NOT NULL,
	"state" text NOT NULL,
	"lines" bigint NOT NULL,
	"object" jsonb,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"poll_at" bigint NOT NULL,
	"polls" bigint NOT NULL,
	"leased_until" bigint NOT NULL,
	CONSTRAINT "batches_upstream_id_unique" UNIQUE("upstream_id")
);
--> statement-breakpoint
CREATE TABLE "fx_rates" (
	"id" text PRIMARY KEY NOT NULL,
	"currency" text NOT NULL,
	"rate_micros" bigint NOT NULL,
	"valid_from" bigint NOT NULL,
	"source" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "plans" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"currency" text NOT NULL,
	"multiplier_ppm" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "plans_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "prices" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"model" text NOT NULL,
	"list" text NOT NULL,
	"above_prompt_tokens" bigint NOT NULL,
	"meter" text NOT NULL,
	"pico_usd" bigint NOT NULL,
	"valid_from" bigint NOT NULL,
	"correction" bigint NOT NULL,
	"source" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text,
	"fingerprint" text NOT NULL,
	"node_id" text NOT NULL,
	"claim" text NOT NULL,
	"lease_until" bigint NOT NULL,
	"answer" text,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"subject_id" text NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "installation" (
	"name" text PRIMARY KEY NOT NULL,
	"value" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "nodes" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"started_at" bigint NOT NULL,
	"lease_until" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "counters" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"subject_id" text NOT NULL,
	"metric" text NOT NULL,
	"window" text NOT NULL,
	"models" text NOT NULL,
	"window_start" bigint NOT NULL,
	"window_end" bigint,
	"used" bigint NOT NULL,
	"held" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "grants" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"kind" text NOT NULL,
	"priority" bigint NOT NULL,
	"currency" text NOT NULL,
	"amount" bigint NOT NULL,
	"used" bigint NOT NULL,
	"held" bigint NOT NULL,
	"reason" text NOT NULL,
	"starts_at" bigint NOT NULL,
	"expires_at" bigint,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "holds" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"user_id" text,
	"key_id" text,
	"node_id" text NOT NULL,
	"state" text NOT NULL,
	"observe" boolean NOT NULL,
	"admitted_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"ended_at" bigint,
	"held" jsonb NOT NULL,
	"call" jsonb NOT NULL,
	"checkpoint" jsonb,
	"outcome" jsonb
);
--> statement-breakpoint
CREATE TABLE "limits" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"scope" text NOT NULL,
	"subject_id" text NOT NULL,
	"metric" text NOT NULL,
	"window" text NOT NULL,
	"amount" bigint NOT NULL,
	"models" jsonb NOT NULL,
	"enforcement" text NOT NULL,
	"alert_at" jsonb NOT NULL,
	"raise" jsonb,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"user_id" text,
	"name" text NOT NULL,
	"scopes" jsonb NOT NULL,
	"models" jsonb,
	"routes" jsonb,
	"expires_at" bigint,
	"revoked_at" bigint,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "customers" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"user_id" text,
	"subject_id" text NOT NULL,
	"currency" text NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "customers_subject_id_unique" UNIQUE("subject_id")
);
--> statement-breakpoint
CREATE TABLE "issuers" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text,
	"issuer" text NOT NULL,
	"audience" text NOT NULL,
	"algorithms" jsonb NOT NULL,
	"jwks_url" text,
	"public_key" text,
	"shared_secret_sealed" text,
	"user_claim" text NOT NULL,
	"tenant_claim" text,
	"required_claims" jsonb,
	"create_users" boolean NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "key_secrets" (
	"hash" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"key_id" text NOT NULL,
	"prefix" text NOT NULL,
	"expires_at" bigint,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "presets" (
	"tenant_id" text NOT NULL,
	"name" text NOT NULL,
	"body" jsonb NOT NULL,
	"updated_at" bigint NOT NULL,
	CONSTRAINT "presets_tenant_id_name_pk" PRIMARY KEY("tenant_id","name")
);
--> statement-breakpoint
CREATE TABLE "tenants" (
	"id" text PRIMARY KEY NOT NULL,
	"external_id" text,
	"name" text NOT NULL,
	"timezone" text NOT NULL,
	"currency" text NOT NULL,
	"status" text NOT NULL,
	"enforcement" text NOT NULL,
	"billing" text NOT NULL,
	"default_plan_id" text,
	"settings" jsonb NOT NULL,
	"upstream_api_key_sealed" text,
	"created_at" bigint NOT NULL,
	CONSTRAINT "tenants_external_id_unique" UNIQUE("external_id")
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"external_id" text NOT NULL,
	"name" text,
	"status" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "cost_lines" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"reference" text NOT NULL,
	"quantity_micros" bigint NOT NULL,
	"charged_micros" bigint NOT NULL,
	"rate_micros_usd" bigint NOT NULL,
	"cost_micros_usd" bigint NOT NULL,
	"from_at" bigint NOT NULL,
	"to_at" bigint NOT NULL,
	"note" text,
	"created_at" bigint NOT NULL,
	CONSTRAINT "cost_lines_reference_unique" UNIQUE("reference")
);
--> statement-breakpoint
CREATE TABLE "usage_events" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"user_id" text,
	"key_id" text,
	"request_id" text NOT NULL,
	"kind" text NOT NULL,
	"adjusts" text,
	"reason" text,
	"route" text NOT NULL,
	"asked_model" text NOT NULL,
	"model" text NOT NULL,
	"upstream_request_id" text,
	"input_tokens" bigint NOT NULL,
	"cache_read_tokens" bigint NOT NULL,
	"cache_write_5m_tokens" bigint NOT NULL,
	"cache_write_1h_tokens" bigint NOT NULL,
	"output_tokens" bigint NOT NULL,
	"web_searches" bigint NOT NULL,
	"list" text NOT NULL,
	"geo" text NOT NULL,
	"source" text NOT NULL,
	"ended" text NOT NULL,
	"stop_reason" text,
	"unreconciled" boolean NOT NULL,
	"cost_micros_usd" bigint NOT NULL,
	"spend_micros" bigint NOT NULL,
	"uncovered_micros" bigint NOT NULL,
	"currency" text NOT NULL,
	"rate_micros" bigint NOT NULL,
	"multiplier_ppm" bigint NOT NULL,
	"price_version" text NOT NULL,
	"draws" jsonb NOT NULL,
	"samplings" jsonb NOT NULL,
	"raw_usage" jsonb,
	"tags" jsonb NOT NULL,
	"admitted_at" bigint NOT NULL,
	"first_byte_ms" bigint,
	"total_ms" bigint NOT NULL,
	"settled_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "usage_hours" (
	"tenant_id" text NOT NULL,
	"hour" bigint NOT NULL,
	"user_id" text NOT NULL,
	"key_id" text NOT NULL,
	"model" text NOT NULL,
	"currency" text NOT NULL,
	"requests" bigint NOT NULL,
	"input_tokens" bigint NOT NULL,
	"cache_read_tokens" bigint NOT NULL,
	"cache_write_5m_tokens" bigint NOT NULL,
	"cache_write_1h_tokens" bigint NOT NULL,
	"output_tokens" bigint NOT NULL,
	"web_searches" bigint NOT NULL,
	"cost_micros_usd" bigint NOT NULL,
	"spend_micros" bigint NOT NULL,
	"uncovered_micros" bigint NOT NULL,
	CONSTRAINT "usage_hours_tenant_id_hour_user_id_key_id_model_currency_pk" PRIMARY KEY("tenant_id","hour","user_id","key_id","model","currency")
);
--> statement-breakpoint
CREATE TABLE "usage_tag_hours" (
	"tenant_id" text NOT NULL,
	"hour" bigint NOT NULL,
	"user_id" text NOT NULL,
	"tag" text NOT NULL,
	"currency" text NOT NULL,
	"requests" bigint NOT NULL,
	"input_tokens" bigint NOT NULL,
	"cache_read_tokens" bigint NOT NULL,
	"cache_write_5m_tokens" bigint NOT NULL,
	"cache_write_1h_tokens" bigint NOT NULL,
	"output_tokens" bigint NOT NULL,
	"web_searches" bigint NOT NULL,
	"cost_micros_usd" bigint NOT NULL,
	"spend_micros" bigint NOT NULL,
	"uncovered_micros" bigint NOT NULL,
	CONSTRAINT "usage_tag_hours_tenant_id_hour_user_id_tag_currency_pk" PRIMARY KEY("tenant_id","hour","user_id","tag","currency")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_dedupe" ON "alerts" USING btree ("dedupe");--> statement-breakpoint
CREATE INDEX "alerts_tenant" ON "alerts" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE INDEX "batches_tenant" ON "batches" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE INDEX "batches_due" ON "batches" USING btree ("poll_at") WHERE "batches"."state" <> 'settled' and "batches"."state" <> 'deleted';--> statement-breakpoint
CREATE UNIQUE INDEX "fx_rates_once" ON "fx_rates" USING btree ("currency","valid_from");--> statement-breakpoint
CREATE UNIQUE INDEX "prices_once" ON "prices" USING btree ("tenant_id","model","list","above_prompt_tokens","meter","valid_from","correction");--> statement-breakpoint
CREATE INDEX "idempotency_expiry" ON "idempotency" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "audit_tenant" ON "audit" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE INDEX "counters_subject" ON "counters" USING btree ("tenant_id","subject_id");--> statement-breakpoint
CREATE INDEX "counters_end" ON "counters" USING btree ("window_end");--> statement-breakpoint
CREATE INDEX "grants_customer" ON "grants" USING btree ("customer_id","expires_at");--> statement-breakpoint
CREATE INDEX "grants_tenant" ON "grants" USING btree ("tenant_id");--> statement-breakpoint
CREATE INDEX "holds_open" ON "holds" USING btree ("node_id") WHERE "holds"."state" = 'open';--> statement-breakpoint
CREATE INDEX "limits_tenant" ON "limits" USING btree ("tenant_id","scope","subject_id");--> statement-breakpoint
CREATE INDEX "api_keys_tenant" ON "api_keys" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE INDEX "customers_tenant" ON "customers" USING btree ("tenant_id");--> statement-breakpoint
CREATE UNIQUE INDEX "issuers_audience" ON "issuers" USING btree ("issuer","audience");--> statement-breakpoint
CREATE INDEX "issuers_tenant" ON "issuers" USING btree ("tenant_id");--> statement-breakpoint
CREATE INDEX "key_secrets_key" ON "key_secrets" USING btree ("key_id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_external" ON "users" USING btree ("tenant_id","external_id");--> statement-breakpoint
CREATE INDEX "usage_events_tenant" ON "usage_events" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE INDEX "usage_events_user" ON "usage_events" USING btree ("tenant_id","user_id","id");--> statement-breakpoint
CREATE INDEX "usage_events_request" ON "usage_events" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "usage_events_adjusts" ON "usage_events" USING btree ("adjusts") WHERE "usage_events"."adjusts" is not null;--> statement-breakpoint
CREATE INDEX "usage_hours_hour" ON "usage_hours" USING btree ("hour");