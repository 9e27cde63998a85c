export * from "./schema/alerts.ts";
export * from "./schema/batches.ts";
export * from "./schema/catalog.ts";
export * from "./schema/idempotency.ts";
export * from "./schema/installation.ts";
export * from "./schema/ledger.ts";
export * from "./schema/tenants.ts";
export * from "./schema/usage.ts";
