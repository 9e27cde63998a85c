import type { CustomerId, CycleId, KeyId, SubscriptionId, TenantId, UserId } from "../../kernel/id.ts";
import { c } from "../columns.ts";

/** What a tenant may choose that no query needs to search by. */
export interface TenantSettings {
  readonly allowed_origins: readonly string[];
  readonly allowed_models: readonly string[];
  readonly on_disconnect?: "abort" | "drain";
  readonly hold: "rolling" | "strict";
  readonly cost_visibility?: "full" | "spend" | "none";
  readonly metadata: Readonly<Record<string, string>>;
}

export const tenants = c.table("tenants", {
  id: c.text<TenantId>().primaryKey(),
  external_id: c.text().unique(),
  name: c.text().notNull(),
  timezone: c.text().notNull(),
  currency: c.text().notNull(),
  status: c.text<"active" | "suspended" | "closed">().notNull(),
  enforcement: c.text<"enforce" | "observe">().notNull(),
  billing: c.text<"tenant" | "user">().notNull(),
  default_plan_id: c.text(),
  settings: c.json<TenantSettings>().notNull(),
  /** The tenant's own upstream key, sealed (see tenants/seal.ts). */
  upstream_api_key_sealed: c.text(),
  created_at: c.int().notNull(),
});

/** An end user of a tenant; `external_id` is the tenant's name for it (a JWT's `sub`). */
export const users = c.table(
  "users",
  {
    id: c.text<UserId>().primaryKey(),
    tenant_id: c.text<TenantId>().notNull(),
    external_id: c.text().notNull(),
    name: c.text(),
    status: c.text<"active" | "blocked">().notNull(),
    created_at: c.int().notNull(),
  },
  (t) => [
    c.uniqueIndex("users_external").on(t.tenant_id, t.external_id),
    c.index("users_named").on(t.external_id, t.id),
  ],
);

/** Who pays: a whole tenant, or one user of it. `subject_id` is the id of that tenant or user. */
export const customers = c.table(
  "customers",
  {
    id: c.text<CustomerId>().primaryKey(),
    tenant_id: c.text<TenantId>().notNull(),
    user_id: c.text<UserId>(),
    subject_id: c.text().notNull().unique(),
    currency: c.text().notNull(),
    /**
     * What billing says of it, for the hot path to read with the row: the version of the plan that is in force (null: none), the present cycle,
     * and whether it may call. Written by billing alone.
     */
    plan_version_id: c.text(),
    subscription_id: c.text<SubscriptionId>(),
    cycle_id: c.text<CycleId>(),
    cycle_start: c.int(),
    cycle_end: c.int(),
    /** `ok`; `unsubscribed`: its plan asks for a subscription that it does not have (or no longer); `halted`: a charge failed or it is paused; `suspended`: an invoice is open for too long, or a payment was taken back. */
    standing: c.text<"ok" | "unsubscribed" | "halted" | "suspended">().notNull(),
    /** Until when what was used outside of any cycle is booked; null while none of it is. */
    booked_until: c.int(),
    created_at: c.int().notNull(),
  },
  (t) => [c.index("customers_tenant").on(t.tenant_id)],
);

export const apiKeys = c.table(
  "api_keys",
  {
    id: c.text<KeyId>().primaryKey(),
    tenant_id: c.text<TenantId>().notNull(),
    user_id: c.text<UserId>(),
    name: c.text().notNull(),
    scopes: c.json<readonly string[]>().notNull(),
    models: c.json<readonly string[]>(),
    routes: c.json<readonly string[]>(),
    expires_at: c.int(),
    revoked_at: c.int(),
    created_at: c.int().notNull(),
  },
  (t) => [c.index("api_keys_tenant").on(t.tenant_id, t.id)],
);

/**
 * The secrets of a key, as hashes. A key keeps its id while its secrets are rotated, so that limits and counters, which
 * belong to the key, outlive them.
 */
export const keySecrets = c.table(
  "key_secrets",
  {
    hash: c.text().primaryKey(),
    tenant_id: c.text<TenantId>().notNull(),
    key_id: c.text<KeyId>().notNull(),
    prefix: c.text().notNull(),
    /** Set on the old secret by a rotation: the end of the overlap. */
    expires_at: c.int(),
    created_at: c.int().notNull(),
  },
  (t) => [c.index("key_secrets_key").on(t.key_id), c.index("key_secrets_prefix").on(t.prefix)],
);

/** An identity provider whose JWTs are accepted: for one tenant, or for the installation (`tenant_id` null, `tenant_claim` set). */
export const issuers = c.table(
  "issuers",
  {
    id: c.text().primaryKey(),
    tenant_id: c.text<TenantId>(),
    issuer: c.text().notNull(),
    audience: c.text().notNull(),
    algorithms: c.json<readonly string[]>().notNull(),
    jwks_url: c.text(),
    public_key: c.text(),
    shared_secret_sealed: c.text(),
    user_claim: c.text().notNull(),
    tenant_claim: c.text(),
    required_claims: c.json<Readonly<Record<string, string | number | boolean>>>(),
    create_users: c.bool().notNull(),
    created_at: c.int().notNull(),
  },
  (t) => [c.uniqueIndex("issuers_audience").on(t.issuer, t.audience), c.index("issuers_tenant").on(t.tenant_id)],
);

/** Named messages settings of a tenant: a token tied to one can send messages and nothing else. */
export const presets = c.table(
  "presets",
  {
    tenant_id: c.text<TenantId>().notNull(),
    name: c.text().notNull(),
    body: c.json<Readonly<Record<string, unknown>>>().notNull(),
    updated_at: c.int().notNull(),
  },
  (t) => [c.primaryKey({ columns: [t.tenant_id, t.name] })],
);
