CREATE TABLE "plan_moves" (
	"subscription_id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"to_version_id" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "usage_events" ADD COLUMN "plan_version_id" text;--> statement-breakpoint
ALTER TABLE "usage_events" ADD COLUMN "tiered" jsonb;--> statement-breakpoint
CREATE INDEX "plan_moves_customer" ON "plan_moves" USING btree ("tenant_id","customer_id");