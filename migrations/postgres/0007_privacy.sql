CREATE TABLE "usage_carried" (
	"tenant_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"amount" bigint NOT NULL,
	CONSTRAINT "usage_carried_tenant_id_customer_id_kind_subject_id_pk" PRIMARY KEY("tenant_id","customer_id","kind","subject_id")
);
--> statement-breakpoint
ALTER TABLE "idempotency" ADD COLUMN "user_id" text;