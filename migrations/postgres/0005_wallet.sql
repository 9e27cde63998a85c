CREATE TABLE "credit_repeats" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"kind" text NOT NULL,
	"amount_micros" bigint NOT NULL,
	"reason" text NOT NULL,
	"every" text NOT NULL,
	"lasts" text NOT NULL,
	"ends_at" bigint,
	"times" bigint,
	"given" bigint NOT NULL,
	"period_start" bigint,
	"next_at" bigint NOT NULL,
	"last_grant_id" text,
	"cancelled_at" bigint,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "wallet_settings" (
	"customer_id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"low_micros" bigint,
	"low_since" bigint,
	"auto_below_micros" bigint,
	"auto_credit_micros" bigint,
	"auto_proposed_at" bigint,
	"credit_days" bigint,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "final_notice_at" bigint;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "unapplied_paise" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "cycles" ADD COLUMN "base_invoice_id" text;--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "booked_until" bigint;--> statement-breakpoint
CREATE INDEX "credit_repeats_customer" ON "credit_repeats" USING btree ("tenant_id","customer_id","id");--> statement-breakpoint
CREATE INDEX "credit_repeats_due" ON "credit_repeats" USING btree ("next_at");--> statement-breakpoint
CREATE INDEX "wallet_settings_tenant" ON "wallet_settings" USING btree ("tenant_id");--> statement-breakpoint
DROP INDEX "invoices_dunning";--> statement-breakpoint
ALTER TABLE "invoices" DROP COLUMN "dunning_next_at";