import { z } from "zod";
import {
  At,
  AtOrNull,
  adminChapter,
  Id,
  IdOrNull,
  named,
  type Operation,
  pageTold,
  tenantChapter,
} from "../http/operation.ts";
import { PageQuery } from "../http/paging.ts";
import { SCOPES } from "../http/principal.ts";
import { NewIssuer } from "./issuer.ts";
import { NewKey, Rotation } from "./key.ts";
import { PresetBody, Presets } from "./preset.ts";
import { NewToken } from "./routes.ts";
import { NewTenant, TenantPatch, TenantQuery } from "./tenant.ts";
import { NewUser, PutUser, UserPatch } from "./user.ts";

/** What the routes of this room promise. */

const Status = z.enum(["active", "suspended", "closed"]);
const Tenant = named(
  "Tenant",
  z.object({
    id: Id,
    external_id: IdOrNull,
    name: z.string(),
    timezone: z.string(),
    currency: z.string(),
    status: Status,
    enforcement: z.enum(["enforce", "observe"]),
    billing: z.enum(["tenant", "user"]),
    default_plan_id: IdOrNull,
    allowed_origins: z.array(z.string()),
    allowed_models: z.array(z.string()),
    on_disconnect: z.enum(["abort", "drain"]).nullable(),
    hold: z.enum(["rolling", "strict"]),
    cost_visibility: z.enum(["full", "spend", "none"]).nullable(),
    metadata: z.record(z.string(), z.string()),
    has_upstream_api_key: z.boolean(),
    /** Its own account at Razorpay; null where the operator collects. */
    razorpay: z.object({ key_id: z.string() }).nullable(),
    created_at: At,
  }),
  "A SaaS, or a company that it serves. Secrets are write-only.",
);

const User = named(
  "User",
  z.object({
    ...{ id: Id, tenant_id: Id, external_id: z.string(), name: z.string().nullable() },
    ...{ status: z.enum(["active", "blocked"]), created_at: At },
  }),
  "An end user of a tenant.",
);

const keyFields = {
  ...{ id: Id, tenant_id: Id, user_id: IdOrNull, name: z.string(), prefix: z.string() },
  ...{
    scopes: z.array(z.enum(SCOPES)),
    models: z.array(z.string()).nullable(),
    routes: z.array(z.string()).nullable(),
  },
  ...{ expires_at: AtOrNull, revoked_at: AtOrNull, created_at: At },
};
const Key = named("Key", z.object(keyFields), "An API key, without its secret.");
const KeyWithSecret = named(
  "KeyWithSecret",
  z.object({ ...keyFields, secret: z.string() }),
  "An API key with its secret, which is shown this once.",
);

const Issuer = named(
  "Issuer",
  z.object({
    ...{ id: Id, tenant_id: IdOrNull, issuer: z.string(), audience: z.string(), algorithms: z.array(z.string()) },
    ...{ jwks_url: z.string().nullable(), public_key: z.string().nullable(), has_shared_secret: z.boolean() },
    ...{ user_claim: z.string(), tenant_claim: z.string().nullable() },
    required_claims: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullable(),
    ...{ create_users: z.boolean(), created_at: At },
  }),
  "An identity provider whose tokens are accepted.",
);

const PresetsTold = z.object({ presets: z.record(z.string(), PresetBody) });

const issuers: Readonly<Record<"list" | "create" | "remove", Operation>> = {
  list: { summary: "List issuers", query: PageQuery, answers: { 200: pageTold(Issuer) } },
  create: {
    summary: "Register an identity provider",
    description:
      "(issuer, audience) is unique in the installation. Give one of jwks_url, public_key and shared_secret.",
    ...{ body: NewIssuer, answers: { 201: Issuer }, problems: ["conflict"] },
  },
  remove: { summary: "Remove an issuer: its tokens are refused from now on", answers: { 204: null } },
};

export const tenantAdminDescribed = adminChapter("Tenants", {
  "POST /tenants": {
    summary: "Create a tenant",
    ...{ body: NewTenant, answers: { 201: Tenant }, problems: ["conflict"] },
  },
  "GET /tenants": { summary: "List tenants", query: TenantQuery, answers: { 200: pageTold(Tenant) } },
  "GET /tenants/:id": { summary: "Show a tenant", answers: { 200: Tenant } },
  "PATCH /tenants/:id": {
    summary: "Change a tenant",
    description: "What is left out stays. `billing` and `currency` cannot change after the first grant or use.",
    ...{ body: TenantPatch, answers: { 200: Tenant }, problems: ["conflict"] },
  },
  "GET /tenants/:id/presets": { summary: "Show a tenant's presets", answers: { 200: PresetsTold } },
  "PUT /tenants/:id/presets": { summary: "Replace a tenant's presets", body: Presets, answers: { 200: PresetsTold } },
});

export const userAdminDescribed = adminChapter("Users", {
  "GET /tenants/:id/users": { summary: "List a tenant's users", query: PageQuery, answers: { 200: pageTold(User) } },
  "POST /tenants/:id/users": {
    summary: "Create a user",
    ...{ body: NewUser, answers: { 201: User }, problems: ["conflict"] },
  },
  "PUT /tenants/:id/users": {
    summary: "Create a user, or change the one of this external id",
    ...{ body: PutUser, answers: { 200: User } },
  },
  "GET /users/:id": { summary: "Show a user", answers: { 200: User } },
  "PATCH /users/:id": { summary: "Change a user", body: UserPatch, answers: { 200: User } },
});

export const keyAdminDescribed = adminChapter("Keys and issuers", {
  "GET /tenants/:id/keys": { summary: "List a tenant's API keys", query: PageQuery, answers: { 200: pageTold(Key) } },
  "POST /tenants/:id/keys": {
    summary: "Create an API key",
    description: "The secret is in the answer, and nowhere afterwards.",
    ...{ body: NewKey, answers: { 201: KeyWithSecret } },
  },
  "POST /keys/:id/rotate": {
    summary: "Give a key another secret",
    description: "The old one is good for `overlap_seconds` more.",
    ...{ body: Rotation, answers: { 201: KeyWithSecret }, problems: ["conflict"] },
  },
  "DELETE /keys/:id": {
    summary: "Revoke a key",
    description:
      "Its open streams end within seconds; what passed is billed. So is an administrator's key revoked; the last owner's does not revoke itself.",
    ...{ answers: { 204: null }, problems: ["conflict"] },
  },
  "GET /tenants/:id/issuers": issuers.list,
  "POST /tenants/:id/issuers": issuers.create,
  "DELETE /tenants/:id/issuers/:issuer_id": issuers.remove,
  "GET /issuers": issuers.list,
  "POST /issuers": { ...issuers.create, summary: "Register an identity provider for the whole installation" },
  "DELETE /issuers/:issuer_id": issuers.remove,
});

const Me = named(
  "Me",
  z.object({
    tenant: Tenant.pick({ id: true, external_id: true, name: true, currency: true, timezone: true, status: true }),
    user: z.object({ id: Id, external_id: z.string() }).nullable(),
    ...{ key_id: IdOrNull, scopes: z.array(z.string()), max_tokens: z.int().nullable() },
    preset: z.string().nullable(),
  }),
  "Whom a credential stands for, and what it may do.",
);

export const ownTenantDescribed = tenantChapter("Who is asking", {
  "GET /me": { summary: "Say whom this credential stands for", answers: { 200: Me } },
  "POST /auth/token": {
    summary: "Issue a short-lived token for a user",
    description: "A JWT for a browser or a program of the user `sub`, who is created on first sight.",
    scope: "tokens:issue",
    body: NewToken,
    answers: { 201: z.object({ token: z.string(), token_type: z.literal("Bearer"), expires_at: At }) },
    problems: ["tenant_suspended"],
  },
});

export const ownKeysDescribed = tenantChapter("Keys", {
  "GET /keys": {
    summary: "List one's API keys",
    ...{ scope: "keys:write", query: PageQuery, answers: { 200: pageTold(Key) } },
  },
  "POST /keys": {
    summary: "Create an API key",
    description:
      "None that may do more than the one it is made with. The secret is in the answer, and nowhere afterwards.",
    ...{ scope: "keys:write", body: NewKey, answers: { 201: KeyWithSecret } },
    problems: ["tenant_suspended", "not_found", "conflict"],
  },
  "DELETE /keys/:id": { summary: "Revoke a key", scope: "keys:write", answers: { 204: null } },
});
