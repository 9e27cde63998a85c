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
CREATE TABLE "plan_versions" (
	"id" text PRIMARY KEY NOT NULL,
	"plan_id" text NOT NULL,
	"version" bigint NOT NULL,
	"terms" jsonb NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "plans" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"currency" text NOT NULL,
	"visibility" text NOT NULL,
	"version" bigint NOT NULL,
	"archived_at" bigint,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
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
CREATE TABLE "collections" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"account_id" text NOT NULL,
	"invoice_id" text NOT NULL,
	"attempt" bigint NOT NULL,
	"channel" text NOT NULL,
	"state" text NOT NULL,
	"amount_paise" bigint NOT NULL,
	"currency" text NOT NULL,
	"mandate_id" text,
	"order_id" text,
	"payment_id" text,
	"link_id" text,
	"short_url" text,
	"next_at" bigint NOT NULL,
	"final_at" bigint,
	"error_reason" text,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "credit_notes" (
	"id" text PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"tenant_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"invoice_id" text NOT NULL,
	"seller_id" text NOT NULL,
	"number" text NOT NULL,
	"financial_year" text NOT NULL,
	"reason" text NOT NULL,
	"currency" text NOT NULL,
	"taxable_paise" bigint NOT NULL,
	"cgst_paise" bigint NOT NULL,
	"sgst_paise" bigint NOT NULL,
	"igst_paise" bigint NOT NULL,
	"round_off_paise" bigint NOT NULL,
	"total_paise" bigint NOT NULL,
	"issued_at" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "credit_notes_source_unique" UNIQUE("source")
);
--> statement-breakpoint
CREATE TABLE "invoices" (
	"id" text PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"tenant_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"seller_id" text NOT NULL,
	"kind" text NOT NULL,
	"number" text NOT NULL,
	"financial_year" text NOT NULL,
	"cycle_id" text,
	"subscription_id" text,
	"currency" text NOT NULL,
	"seller" jsonb NOT NULL,
	"buyer" jsonb NOT NULL,
	"place_of_supply" text NOT NULL,
	"lines" jsonb NOT NULL,
	"tax_rate_ppm" bigint NOT NULL,
	"taxable_paise" bigint NOT NULL,
	"cgst_paise" bigint NOT NULL,
	"sgst_paise" bigint NOT NULL,
	"igst_paise" bigint NOT NULL,
	"round_off_paise" bigint NOT NULL,
	"total_paise" bigint NOT NULL,
	"paid_paise" bigint NOT NULL,
	"credited_paise" bigint NOT NULL,
	"tds_paise" bigint NOT NULL,
	"written_off_paise" bigint NOT NULL,
	"fx" jsonb,
	"issued_at" bigint NOT NULL,
	"due_at" bigint NOT NULL,
	"reopened_at" bigint,
	"dunning_stage" bigint NOT NULL,
	"dunning_next_at" bigint,
	"suspended_at" bigint,
	"created_at" bigint NOT NULL,
	CONSTRAINT "invoices_source_unique" UNIQUE("source")
);
--> statement-breakpoint
CREATE TABLE "number_series" (
	"id" text PRIMARY KEY NOT NULL,
	"seller_id" text NOT NULL,
	"tenant_id" text,
	"last" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "entries" (
	"transfer_id" text NOT NULL,
	"line" bigint NOT NULL,
	"tenant_id" text NOT NULL,
	"customer_id" text,
	"ledger_account" text NOT NULL,
	"currency" text NOT NULL,
	"amount_micros" bigint NOT NULL,
	CONSTRAINT "entries_transfer_id_line_pk" PRIMARY KEY("transfer_id","line")
);
--> statement-breakpoint
CREATE TABLE "transfers" (
	"id" text PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"kind" text NOT NULL,
	"account_id" text NOT NULL,
	"tenant_id" text NOT NULL,
	"customer_id" text,
	"memo" text NOT NULL,
	"at" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "transfers_source_unique" UNIQUE("source")
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
	"source" text,
	"cycle_id" text,
	"starts_at" bigint NOT NULL,
	"expires_at" bigint,
	"created_at" bigint NOT NULL,
	CONSTRAINT "grants_source_unique" UNIQUE("source")
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
CREATE TABLE "deliveries" (
	"id" text PRIMARY KEY NOT NULL,
	"endpoint_id" text NOT NULL,
	"alert_id" text NOT NULL,
	"tenant_id" text,
	"state" text NOT NULL,
	"attempts" bigint NOT NULL,
	"status" bigint,
	"error" text,
	"next_at" bigint NOT NULL,
	"delivered_at" bigint,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "endpoints" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text,
	"url" text NOT NULL,
	"secret_sealed" text NOT NULL,
	"types" jsonb NOT NULL,
	"disabled_at" bigint,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"name" text PRIMARY KEY NOT NULL,
	"node_id" text,
	"leased_until" bigint NOT NULL,
	"next_at" bigint NOT NULL,
	"last_at" bigint,
	"last_error" text,
	"runs" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mails" (
	"id" text PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"tenant_id" text NOT NULL,
	"customer_id" text,
	"recipient" text NOT NULL,
	"subject" text NOT NULL,
	"body" text,
	"invoice_id" text,
	"state" text NOT NULL,
	"attempts" bigint NOT NULL,
	"error" text,
	"next_at" bigint NOT NULL,
	"sent_at" bigint,
	"created_at" bigint NOT NULL,
	CONSTRAINT "mails_source_unique" UNIQUE("source")
);
--> statement-breakpoint
CREATE TABLE "disputes" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"tenant_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"payment_id" text NOT NULL,
	"status" text NOT NULL,
	"phase" text NOT NULL,
	"reason_code" text,
	"currency" text NOT NULL,
	"amount_paise" bigint NOT NULL,
	"deducted_paise" bigint NOT NULL,
	"respond_by" bigint,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "payments" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"tenant_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"purpose" text NOT NULL,
	"subject_id" text NOT NULL,
	"invoice_id" text,
	"order_id" text,
	"razorpay_invoice_id" text,
	"status" text NOT NULL,
	"method" text,
	"currency" text NOT NULL,
	"amount_paise" bigint NOT NULL,
	"fee_paise" bigint NOT NULL,
	"fee_tax_paise" bigint NOT NULL,
	"refunded_paise" bigint NOT NULL,
	"deducted_paise" bigint NOT NULL,
	"error_reason" text,
	"captured_at" bigint,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "refunds" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"tenant_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"payment_id" text NOT NULL,
	"razorpay_refund_id" text,
	"origin" text NOT NULL,
	"state" text NOT NULL,
	"currency" text NOT NULL,
	"amount_paise" bigint NOT NULL,
	"grant_id" text,
	"credit_micros" bigint NOT NULL,
	"credit_note_id" text,
	"reason" text NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	CONSTRAINT "refunds_razorpay_refund_id_unique" UNIQUE("razorpay_refund_id")
);
--> statement-breakpoint
CREATE TABLE "topups" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"account_id" text NOT NULL,
	"channel" text NOT NULL,
	"state" text NOT NULL,
	"currency" text NOT NULL,
	"credit_micros" bigint NOT NULL,
	"gst_paise" bigint NOT NULL,
	"payable_paise" bigint NOT NULL,
	"order_id" text,
	"link_id" text,
	"short_url" text,
	"payment_id" text,
	"grant_id" text,
	"invoice_id" text,
	"expires_at" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	CONSTRAINT "topups_order_id_unique" UNIQUE("order_id"),
	CONSTRAINT "topups_link_id_unique" UNIQUE("link_id"),
	CONSTRAINT "topups_payment_id_unique" UNIQUE("payment_id")
);
--> statement-breakpoint
CREATE TABLE "claims" (
	"id" text PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"account_id" text NOT NULL,
	"tenant_id" text NOT NULL,
	"operation" text NOT NULL,
	"request" jsonb NOT NULL,
	"state" text NOT NULL,
	"remote_id" text,
	"answer" jsonb,
	"attempts" bigint NOT NULL,
	"sent_at" bigint,
	"leased_until" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	CONSTRAINT "claims_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "webhook_events" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"event_id" text NOT NULL,
	"tenant_id" text,
	"type" text NOT NULL,
	"body" text NOT NULL,
	"state" text NOT NULL,
	"entity_ids" jsonb NOT NULL,
	"attempts" bigint NOT NULL,
	"error" text,
	"made_at" bigint,
	"received_at" bigint NOT NULL,
	"applied_at" bigint,
	"next_at" bigint NOT NULL,
	"leased_until" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "billing_profiles" (
	"customer_id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"contact" text NOT NULL,
	"address" jsonb NOT NULL,
	"state_code" text NOT NULL,
	"gstin" text,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "razorpay_accounts" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"key_id" text NOT NULL,
	"key_secret_sealed" text NOT NULL,
	"webhook_secret_sealed" text NOT NULL,
	"webhook_secret_before_sealed" text,
	"rotated_at" bigint,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "razorpay_customers" (
	"account_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"tenant_id" text NOT NULL,
	"razorpay_customer_id" text NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "razorpay_customers_account_id_customer_id_pk" PRIMARY KEY("account_id","customer_id")
);
--> statement-breakpoint
CREATE TABLE "razorpay_plans" (
	"account_id" text NOT NULL,
	"plan_version_id" text NOT NULL,
	"tenant_id" text,
	"razorpay_plan_id" text NOT NULL,
	"amount_paise" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "razorpay_plans_account_id_plan_version_id_pk" PRIMARY KEY("account_id","plan_version_id")
);
--> statement-breakpoint
CREATE TABLE "sellers" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text,
	"legal_name" text NOT NULL,
	"gstin" text,
	"address" jsonb NOT NULL,
	"state_code" text NOT NULL,
	"sac" text NOT NULL,
	"invoice_series" text NOT NULL,
	"lut" text,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "cycles" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"account_id" text NOT NULL,
	"subscription_id" text,
	"plan_id" text NOT NULL,
	"plan_version_id" text NOT NULL,
	"currency" text NOT NULL,
	"start_at" bigint NOT NULL,
	"end_at" bigint NOT NULL,
	"state" text NOT NULL,
	"trial" boolean NOT NULL,
	"rate_micros" bigint,
	"rate_source" text,
	"rate_valid_from" bigint,
	"included_grant_id" text,
	"overage_grant_id" text,
	"billed_micros" bigint NOT NULL,
	"early_bills" bigint NOT NULL,
	"totals" jsonb,
	"overage_invoice_id" text,
	"closed_at" bigint,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mandates" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"account_id" text NOT NULL,
	"method" text NOT NULL,
	"status" text NOT NULL,
	"razorpay_customer_id" text NOT NULL,
	"order_id" text,
	"token_id" text,
	"max_amount_paise" bigint NOT NULL,
	"expires_at" bigint,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	CONSTRAINT "mandates_order_id_unique" UNIQUE("order_id"),
	CONSTRAINT "mandates_token_id_unique" UNIQUE("token_id")
);
--> statement-breakpoint
CREATE TABLE "promotion_redemptions" (
	"promotion_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"tenant_id" text NOT NULL,
	"grant_id" text NOT NULL,
	"at" bigint NOT NULL,
	CONSTRAINT "promotion_redemptions_promotion_id_customer_id_pk" PRIMARY KEY("promotion_id","customer_id")
);
--> statement-breakpoint
CREATE TABLE "promotions" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text,
	"code" text NOT NULL,
	"credit_micros" bigint NOT NULL,
	"currency" text NOT NULL,
	"max_redemptions" bigint,
	"redeemed" bigint NOT NULL,
	"credit_days" bigint,
	"expires_at" bigint,
	"created_at" bigint NOT NULL,
	CONSTRAINT "promotions_code_unique" UNIQUE("code")
);
--> statement-breakpoint
CREATE TABLE "subscription_changes" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"subscription_id" text NOT NULL,
	"from_status" text,
	"to_status" text NOT NULL,
	"cause" text NOT NULL,
	"at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "subscriptions" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"account_id" text NOT NULL,
	"plan_id" text NOT NULL,
	"plan_version_id" text NOT NULL,
	"collection" text NOT NULL,
	"status" text NOT NULL,
	"razorpay_subscription_id" text,
	"short_url" text,
	"method" text,
	"total_count" bigint NOT NULL,
	"paid_count" bigint NOT NULL,
	"remaining_count" bigint NOT NULL,
	"auth_attempts" bigint NOT NULL,
	"start_at" bigint,
	"trial_end" bigint,
	"current_start" bigint,
	"current_end" bigint,
	"charge_at" bigint,
	"cancel_at_cycle_end" boolean NOT NULL,
	"replaces" text,
	"replace_when" text,
	"pending_since" bigint,
	"expire_by" bigint,
	"ended_at" bigint,
	"fetched_at" bigint,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	CONSTRAINT "subscriptions_razorpay_subscription_id_unique" UNIQUE("razorpay_subscription_id")
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
	"plan_version_id" text,
	"subscription_id" text,
	"cycle_id" text,
	"cycle_start" bigint,
	"cycle_end" bigint,
	"standing" text NOT NULL,
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
CREATE UNIQUE INDEX "plan_versions_once" ON "plan_versions" USING btree ("plan_id","version");--> statement-breakpoint
CREATE UNIQUE INDEX "prices_once" ON "prices" USING btree ("tenant_id","model","list","above_prompt_tokens","meter","valid_from","correction");--> statement-breakpoint
CREATE INDEX "idempotency_expiry" ON "idempotency" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "audit_tenant" ON "audit" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "collections_attempt" ON "collections" USING btree ("invoice_id","attempt");--> statement-breakpoint
CREATE INDEX "collections_customer" ON "collections" USING btree ("tenant_id","customer_id","id");--> statement-breakpoint
CREATE INDEX "collections_order" ON "collections" USING btree ("account_id","order_id");--> statement-breakpoint
CREATE INDEX "collections_link" ON "collections" USING btree ("account_id","link_id");--> statement-breakpoint
CREATE INDEX "collections_due" ON "collections" USING btree ("next_at") WHERE "collections"."state" in ('claimed', 'order_created', 'submitted', 'sent', 'unknown');--> statement-breakpoint
CREATE UNIQUE INDEX "credit_notes_number" ON "credit_notes" USING btree ("seller_id","number");--> statement-breakpoint
CREATE INDEX "credit_notes_invoice" ON "credit_notes" USING btree ("invoice_id");--> statement-breakpoint
CREATE INDEX "credit_notes_customer" ON "credit_notes" USING btree ("tenant_id","customer_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "invoices_number" ON "invoices" USING btree ("seller_id","number");--> statement-breakpoint
CREATE INDEX "invoices_customer" ON "invoices" USING btree ("tenant_id","customer_id","id");--> statement-breakpoint
CREATE INDEX "invoices_dunning" ON "invoices" USING btree ("dunning_next_at") WHERE "invoices"."dunning_next_at" is not null;--> statement-breakpoint
CREATE INDEX "entries_customer" ON "entries" USING btree ("tenant_id","customer_id","ledger_account");--> statement-breakpoint
CREATE INDEX "entries_account" ON "entries" USING btree ("ledger_account","currency");--> statement-breakpoint
CREATE INDEX "transfers_customer" ON "transfers" USING btree ("tenant_id","customer_id","id");--> statement-breakpoint
CREATE INDEX "counters_subject" ON "counters" USING btree ("tenant_id","subject_id");--> statement-breakpoint
CREATE INDEX "counters_end" ON "counters" USING btree ("window_end");--> statement-breakpoint
CREATE INDEX "grants_customer" ON "grants" USING btree ("customer_id","expires_at");--> statement-breakpoint
CREATE INDEX "grants_tenant" ON "grants" USING btree ("tenant_id");--> statement-breakpoint
CREATE INDEX "holds_open" ON "holds" USING btree ("node_id") WHERE "holds"."state" = 'open';--> statement-breakpoint
CREATE INDEX "limits_tenant" ON "limits" USING btree ("tenant_id","scope","subject_id");--> statement-breakpoint
CREATE UNIQUE INDEX "deliveries_once" ON "deliveries" USING btree ("endpoint_id","alert_id");--> statement-breakpoint
CREATE INDEX "deliveries_due" ON "deliveries" USING btree ("next_at") WHERE "deliveries"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "endpoints_tenant" ON "endpoints" USING btree ("tenant_id");--> statement-breakpoint
CREATE INDEX "mails_due" ON "mails" USING btree ("next_at") WHERE "mails"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "disputes_payment" ON "disputes" USING btree ("payment_id");--> statement-breakpoint
CREATE INDEX "disputes_customer" ON "disputes" USING btree ("tenant_id","customer_id");--> statement-breakpoint
CREATE INDEX "payments_customer" ON "payments" USING btree ("tenant_id","customer_id","id");--> statement-breakpoint
CREATE INDEX "payments_order" ON "payments" USING btree ("account_id","order_id");--> statement-breakpoint
CREATE INDEX "refunds_payment" ON "refunds" USING btree ("payment_id");--> statement-breakpoint
CREATE INDEX "refunds_customer" ON "refunds" USING btree ("tenant_id","customer_id","id");--> statement-breakpoint
CREATE INDEX "topups_customer" ON "topups" USING btree ("tenant_id","customer_id","id");--> statement-breakpoint
CREATE INDEX "topups_open" ON "topups" USING btree ("state","expires_at");--> statement-breakpoint
CREATE INDEX "claims_remote" ON "claims" USING btree ("account_id","remote_id");--> statement-breakpoint
CREATE INDEX "claims_open" ON "claims" USING btree ("created_at") WHERE "claims"."state" in ('claimed', 'sent');--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_events_once" ON "webhook_events" USING btree ("account_id","event_id");--> statement-breakpoint
CREATE INDEX "webhook_events_due" ON "webhook_events" USING btree ("next_at") WHERE "webhook_events"."state" in ('received', 'failed');--> statement-breakpoint
CREATE INDEX "webhook_events_type" ON "webhook_events" USING btree ("type","id");--> statement-breakpoint
CREATE INDEX "billing_profiles_tenant" ON "billing_profiles" USING btree ("tenant_id");--> statement-breakpoint
CREATE INDEX "razorpay_customers_remote" ON "razorpay_customers" USING btree ("account_id","razorpay_customer_id");--> statement-breakpoint
CREATE UNIQUE INDEX "cycles_once" ON "cycles" USING btree ("customer_id","start_at");--> statement-breakpoint
CREATE INDEX "cycles_tenant" ON "cycles" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE INDEX "cycles_due" ON "cycles" USING btree ("state","end_at");--> statement-breakpoint
CREATE INDEX "mandates_customer" ON "mandates" USING btree ("tenant_id","customer_id");--> statement-breakpoint
CREATE INDEX "promotions_tenant" ON "promotions" USING btree ("tenant_id");--> statement-breakpoint
CREATE INDEX "subscription_changes_subscription" ON "subscription_changes" USING btree ("subscription_id","id");--> statement-breakpoint
CREATE INDEX "subscriptions_customer" ON "subscriptions" USING btree ("tenant_id","customer_id");--> statement-breakpoint
CREATE INDEX "subscriptions_status" ON "subscriptions" USING btree ("status","charge_at");--> statement-breakpoint
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