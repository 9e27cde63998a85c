CREATE TABLE "findings" (
	"id" text PRIMARY KEY NOT NULL,
	"reconciliation_id" text NOT NULL,
	"tenant_id" text,
	"side" text NOT NULL,
	"kind" text NOT NULL,
	"severity" text NOT NULL,
	"subject" text NOT NULL,
	"local" jsonb,
	"remote" jsonb,
	"rows" jsonb NOT NULL,
	"touches" jsonb NOT NULL,
	"action" text NOT NULL,
	"repaired" boolean NOT NULL,
	"repair_error" text,
	"explained_by" text,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reconciliations" (
	"id" text PRIMARY KEY NOT NULL,
	"from_at" bigint NOT NULL,
	"to_at" bigint NOT NULL,
	"repair" boolean NOT NULL,
	"sides" jsonb NOT NULL,
	"left_out" jsonb NOT NULL,
	"state" text NOT NULL,
	"plan" jsonb NOT NULL,
	"step" bigint NOT NULL,
	"cursor" text,
	"looked_at" jsonb NOT NULL,
	"attempts" bigint NOT NULL,
	"error" text,
	"actor" text NOT NULL,
	"leased_until" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	"finished_at" bigint
);
--> statement-breakpoint
DROP INDEX "collections_order";--> statement-breakpoint
DROP INDEX "collections_link";--> statement-breakpoint
DROP INDEX "credit_notes_number";--> statement-breakpoint
DROP INDEX "invoices_number";--> statement-breakpoint
DROP INDEX "payments_order";--> statement-breakpoint
DROP INDEX "razorpay_customers_remote";--> statement-breakpoint
CREATE UNIQUE INDEX "findings_once" ON "findings" USING btree ("reconciliation_id","kind","subject");--> statement-breakpoint
CREATE INDEX "findings_run" ON "findings" USING btree ("reconciliation_id","id");--> statement-breakpoint
CREATE INDEX "findings_tenant" ON "findings" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE INDEX "reconciliations_running" ON "reconciliations" USING btree ("id") WHERE "reconciliations"."state" = 'running';--> statement-breakpoint
CREATE INDEX "billing_profiles_email" ON "billing_profiles" USING btree (lower("email"));--> statement-breakpoint
CREATE INDEX "key_secrets_prefix" ON "key_secrets" USING btree ("prefix");--> statement-breakpoint
CREATE INDEX "users_named" ON "users" USING btree ("external_id","id");--> statement-breakpoint
CREATE INDEX "collections_order" ON "collections" USING btree ("order_id","account_id");--> statement-breakpoint
CREATE INDEX "collections_link" ON "collections" USING btree ("link_id","account_id");--> statement-breakpoint
CREATE UNIQUE INDEX "credit_notes_number" ON "credit_notes" USING btree ("number","seller_id");--> statement-breakpoint
CREATE UNIQUE INDEX "invoices_number" ON "invoices" USING btree ("number","seller_id");--> statement-breakpoint
CREATE INDEX "payments_order" ON "payments" USING btree ("order_id","account_id");--> statement-breakpoint
CREATE INDEX "razorpay_customers_remote" ON "razorpay_customers" USING btree ("razorpay_customer_id","account_id");