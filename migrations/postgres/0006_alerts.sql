CREATE TABLE "outcome_minutes" (
	"minute" bigint NOT NULL,
	"tenant_id" text NOT NULL,
	"outcome" text NOT NULL,
	"calls" bigint NOT NULL,
	CONSTRAINT "outcome_minutes_minute_tenant_id_outcome_pk" PRIMARY KEY("minute","tenant_id","outcome")
);
--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "acknowledged_at" bigint;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "acknowledged_by" text;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "note" text;--> statement-breakpoint
ALTER TABLE "endpoints" ADD COLUMN "seen_alert_id" text;--> statement-breakpoint
ALTER TABLE "endpoints" ADD COLUMN "failing_since" bigint;--> statement-breakpoint
CREATE INDEX "alerts_type" ON "alerts" USING btree ("type","id");--> statement-breakpoint
CREATE INDEX "grants_kind" ON "grants" USING btree ("kind","expires_at");--> statement-breakpoint
CREATE INDEX "deliveries_log" ON "deliveries" USING btree ("endpoint_id","id");