CREATE TABLE "promotion_guesses" (
	"customer_id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"wrong" bigint NOT NULL,
	"since" bigint NOT NULL
);
