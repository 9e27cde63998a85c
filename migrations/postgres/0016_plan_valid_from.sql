ALTER TABLE "plan_versions" ADD COLUMN "valid_from" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "plan_versions" ADD COLUMN "withdrawn_at" bigint;