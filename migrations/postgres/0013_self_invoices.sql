CREATE TABLE "self_invoiced" (
	"seller_id" text NOT NULL,
	"tenant_id" text NOT NULL,
	"from_at" bigint NOT NULL,
	"to_at" bigint NOT NULL,
	"cost_micros_usd" bigint NOT NULL,
	CONSTRAINT "self_invoiced_seller_id_from_at_tenant_id_pk" PRIMARY KEY("seller_id","from_at","tenant_id")
);
--> statement-breakpoint
CREATE TABLE "self_invoices" (
	"id" text PRIMARY KEY NOT NULL,
	"seller_id" text NOT NULL,
	"tenant_id" text,
	"number" text NOT NULL,
	"financial_year" text NOT NULL,
	"from_at" bigint NOT NULL,
	"to_at" bigint NOT NULL,
	"supplier" jsonb NOT NULL,
	"recipient" jsonb NOT NULL,
	"sac" text NOT NULL,
	"cost_micros_usd" bigint NOT NULL,
	"parts" jsonb NOT NULL,
	"rate_micros" bigint NOT NULL,
	"rate_source" text NOT NULL,
	"rate_valid_from" bigint NOT NULL,
	"tax_rate_ppm" bigint NOT NULL,
	"taxable_paise" bigint NOT NULL,
	"igst_paise" bigint NOT NULL,
	"total_paise" bigint NOT NULL,
	"issued_at" bigint NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "self_invoicing" (
	"seller_id" text PRIMARY KEY NOT NULL,
	"tenant_id" text,
	"since" bigint NOT NULL,
	"covered_until" bigint NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "self_invoices_number" ON "self_invoices" USING btree ("number","seller_id");--> statement-breakpoint
CREATE UNIQUE INDEX "self_invoices_span" ON "self_invoices" USING btree ("seller_id","to_at");--> statement-breakpoint
CREATE INDEX "self_invoices_issued" ON "self_invoices" USING btree ("seller_id","issued_at");--> statement-breakpoint
CREATE INDEX "transfers_account" ON "transfers" USING btree ("account_id","at","id");