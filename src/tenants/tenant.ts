import { z } from "zod";
import type { TenantSettings } from "../db/schema/tenants.ts";
import { Currency, ExternalId, Globs, Metadata, Name, Ref, Timezone } from "../http/fields.ts";
import { PageQuery } from "../http/paging.ts";
import { iso } from "../kernel/clock.ts";
import { newId } from "../kernel/id.ts";
import type { Secrets } from "./seal.ts";
import type { TenantRow } from "./store.ts";

const Origin = z.string().max(200).refine(isOrigin, "must be an origin such as https://app.example.com");
const Settings = {
  allowed_origins: z.array(Origin).max(100),
  allowed_models: Globs,
  on_disconnect: z.enum(["abort", "drain"]).nullable(),
  hold: z.enum(["rolling", "strict"]),
  cost_visibility: z.enum(["full", "spend", "none"]).nullable(),
  metadata: Metadata,
};
const Fields = {
  name: Name,
  external_id: ExternalId.nullable(),
  timezone: Timezone,
  currency: Currency,
  status: z.enum(["active", "suspended", "closed"]),
  enforcement: z.enum(["enforce", "observe"]),
  billing: z.enum(["tenant", "user"]),
  default_plan_id: Ref.nullable(),
  upstream_api_key: z.string().min(10).max(500).nullable(),
  /** The tenant's own Razorpay account, on which its customers pay; null for the operator's. Only its key id is ever told. */
  razorpay: z
    .strictObject({
      key_id: z.string().regex(/^rzp_(test|live)_\w+$/, "must be a key id of Razorpay's: rzp_live_… or rzp_test_…"),
      key_secret: z.string().min(8).max(200),
      webhook_secret: z.string().min(8).max(200),
    })
    .nullable(),
  ...Settings,
};

export const NewTenant = z.strictObject({
  ...Fields,
  external_id: Fields.external_id.default(null),
  timezone: Fields.timezone.default("Asia/Kolkata"),
  currency: Fields.currency.default("INR"),
  status: Fields.status.default("active"),
  enforcement: Fields.enforcement.default("enforce"),
  billing: Fields.billing.default("tenant"),
  default_plan_id: Fields.default_plan_id.default(null),
  upstream_api_key: Fields.upstream_api_key.default(null),
  razorpay: Fields.razorpay.default(null),
  allowed_origins: Fields.allowed_origins.default([]),
  allowed_models: Fields.allowed_models.default([]),
  on_disconnect: Fields.on_disconnect.default(null),
  hold: Fields.hold.default("rolling"),
  cost_visibility: Fields.cost_visibility.default(null),
  metadata: Fields.metadata.default({}),
});
export type NewTenant = z.infer<typeof NewTenant>;

export const TenantPatch = z.strictObject(Fields).partial();
export type TenantPatch = z.infer<typeof TenantPatch>;

export const TenantQuery = PageQuery.extend({
  status: Fields.status.optional(),
  q: z.string().trim().min(1).max(200).optional(),
});

/** A tenant as it is first stored. The upstream key is sealed to the tenant's id. */
export function makeTenant(fields: NewTenant, { at, secrets }: { at: number; secrets: Secrets }): TenantRow {
  const id = newId("tenant", at);
  return applyPatch({ id, created_at: at, upstream_api_key_sealed: null } as TenantRow, fields, { secrets });
}

/** The tenant with the given fields changed; what is not given stays. */
export function applyPatch(tenant: TenantRow, patch: TenantPatch, { secrets }: { secrets: Secrets }): TenantRow {
  const {
    upstream_api_key,
    razorpay: _,
    allowed_origins,
    allowed_models,
    on_disconnect,
    hold,
    cost_visibility,
    metadata,
    ...columns
  } = patch;
  const changes = { allowed_origins, allowed_models, on_disconnect, hold, cost_visibility, metadata };
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  const settings = {
    ...tenant.settings,
    ...Object.fromEntries(given.map(([name, value]) => [name, value ?? undefined])),
  };
  return {
    ...tenant,
    ...columns,
    settings: settings as TenantSettings,
    upstream_api_key_sealed:
      upstream_api_key === undefined
        ? tenant.upstream_api_key_sealed
        : upstream_api_key && secrets.seal(upstream_api_key, tenant.id),
  };
}

/** A tenant for an administrator; secrets are write-only. */
export function presentTenant(tenant: TenantRow) {
  const { settings, upstream_api_key_sealed, created_at, ...rest } = tenant;
  return {
    ...rest,
    ...settings,
    on_disconnect: settings.on_disconnect ?? null,
    cost_visibility: settings.cost_visibility ?? null,
    has_upstream_api_key: upstream_api_key_sealed !== null,
    created_at: iso(created_at),
  };
}

function isOrigin(text: string): boolean {
  return text === "null" || URL.parse(text)?.origin === text;
}
