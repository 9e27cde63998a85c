import type { ServerResponse } from "node:http";
import type { TenantSettings } from "../db/schema/tenants.ts";
import { matchesAny } from "../kernel/glob.ts";
import type { CustomerId, KeyId, TenantId, UserId } from "../kernel/id.ts";
import { Problem } from "../kernel/problems.ts";

/** The tenant as every request needs it. */
export interface TenantView {
  readonly id: TenantId;
  readonly external_id: string | null;
  readonly name: string;
  readonly timezone: string;
  readonly currency: string;
  readonly status: "active" | "suspended" | "closed";
  readonly enforcement: "enforce" | "observe";
  readonly billing: "tenant" | "user";
  readonly default_plan_id: string | null;
  readonly settings: TenantSettings;
  readonly upstream_api_key_sealed: string | null;
}

export const SCOPES = [
  "inference",
  "tokens:issue",
  "users:act",
  "billing:read",
  "billing:write",
  "keys:write",
] as const;
export type Scope = (typeof SCOPES)[number];

/** What billing says of who pays: the version of the plan that is in force, whether it may call, and its present cycle. */
export interface Payer {
  readonly plan_version_id: string | null;
  readonly standing: "ok" | "unsubscribed" | "halted" | "suspended";
  readonly cycle_start: number | null;
  readonly cycle_end: number | null;
}

/** Who is asking, and what this credential may do. A snapshot, at most seconds old. */
export interface Principal {
  readonly tenant: TenantView;
  readonly user: { readonly id: UserId; readonly external_id: string } | null;
  readonly key_id: KeyId | null;
  /** Who pays. Null where the tenant bills each user and the credential names none. */
  readonly customer_id: CustomerId | null;
  readonly payer: Payer;
  readonly scopes: readonly string[];
  /** Lists of globs, all of which a model must match: the tenant's, the key's, the token's. An empty list allows everything. */
  readonly models: readonly (readonly string[])[];
  readonly routes: readonly (readonly string[])[];
  /** The ceiling of `max_tokens` that a user token may carry. */
  readonly max_tokens: number | null;
  readonly preset: { readonly name: string; readonly body: Readonly<Record<string, unknown>> } | null;
}

const principals = new WeakMap<ServerResponse, Principal>();

export const setPrincipal = (res: ServerResponse, principal: Principal): void => void principals.set(res, principal);

/** The principal that `authenticate` found. Routes behind it always have one. */
export function principalOf(res: ServerResponse): Principal {
  const principal = principals.get(res);
  if (!principal) throw new Error("this route is not behind authenticate");
  return principal;
}

/** Whether this principal may use this model (by any of its names), or this route. */
export const mayUse = (lists: readonly (readonly string[])[], name: string): boolean =>
  lists.every((globs) => matchesAny(globs, name));

/** A credential that is limited to some routes has no others. */
export function requireRoute(principal: Principal, route: string): void {
  if (mayUse(principal.routes, route)) return;
  throw new Problem("route_not_allowed", { message: `This credential may not use ${route}.`, details: { route } });
}

export function requireScope(principal: Principal, scope: Scope): void {
  if (principal.scopes.includes(scope)) return;
  throw new Problem("scope_missing", { message: `This credential lacks the scope ${scope}.`, details: { scope } });
}
