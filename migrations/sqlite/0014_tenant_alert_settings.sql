CREATE TABLE `tenant_alert_settings` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`settings` text NOT NULL
);
