CREATE TABLE "admin_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"hash" text NOT NULL,
	"prefix" text NOT NULL,
	"expires_at" bigint,
	"revoked_at" bigint,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "admin_sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"hash" text NOT NULL,
	"credential_hash" text NOT NULL,
	"address" text,
	"agent" text,
	"expires_at" bigint NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "admin_keys_hash" ON "admin_keys" USING btree ("hash");--> statement-breakpoint
CREATE UNIQUE INDEX "admin_sessions_hash" ON "admin_sessions" USING btree ("hash");--> statement-breakpoint
CREATE INDEX "admin_sessions_credential" ON "admin_sessions" USING btree ("credential_hash","id");--> statement-breakpoint
CREATE INDEX "admin_sessions_expiry" ON "admin_sessions" USING btree ("expires_at");