export * from "./schema/catalog.ts";
export * from "./schema/installation.ts";
export * from "./schema/ledger.ts";
export * from "./schema/tenants.ts";
export * from "./schema/usage.ts";
