CREATE TABLE `promotion_guesses` (
	`customer_id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`wrong` integer NOT NULL,
	`since` integer NOT NULL
);
