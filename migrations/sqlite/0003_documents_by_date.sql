CREATE INDEX `credit_notes_issued` ON `credit_notes` (`seller_id`,`issued_at`,`id`);--> statement-breakpoint
CREATE INDEX `invoices_issued` ON `invoices` (`seller_id`,`issued_at`,`id`);