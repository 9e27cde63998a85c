ALTER TABLE `plan_versions` ADD `valid_from` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `plan_versions` ADD `withdrawn_at` integer;