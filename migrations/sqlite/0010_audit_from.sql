ALTER TABLE `audit` ADD `address` text;--> statement-breakpoint
ALTER TABLE `audit` ADD `agent` text;--> statement-breakpoint
CREATE INDEX `audit_subject` ON `audit` (`subject_id`,`id`);