import { LRUCache } from "lru-cache";
import type { Database } from "../db/database.ts";
import { isKeepable } from "../http/parse.ts";
import type { Payer, Principal, TenantView } from "../http/principal.ts";
import type { Clock } from "../kernel/clock.ts";
import type { TenantId, UserId } from "../kernel/id.ts";
import { Problem } from "../kernel/problems.ts";
import { type Bearer, resolveKey } from "./bearer.ts";
import { hashSecret, looksLikeKey } from "./keys.ts";
import {
  type CustomerRow,
  ensureCustomer,
  ensureUser,
  findCustomer,
  findTenant,
  findUser,
  findUserByExternalId,
  type TenantRow,
  type UserRow,
} from "./store.ts";
import { resolveToken, type TokenParts } from "./token-bearer.ts";

/** A credential as it came, and the user it acts for, if any. */
export interface Credential {
  readonly secret: string;
  readonly acting_user: string | null;
}

export interface Principals {
  /** Who this is, or a Problem of 401 or 403. What was found is believed for a second. */
  resolve(credential: Credential): Promise<Principal>;
}

/** How long a principal is believed: a revocation, a blocked user, another limit of the key is seen after this on every node. */
const BELIEVED_MS = 1_000;
const PRINCIPALS_MAX = 50_000;

interface Known {
  readonly principal: Principal;
  readonly until: number;
}

export interface PrincipalParts {
  readonly db: Database;
  readonly clock: Clock;
  /** What JWTs need. */
  readonly tokens: TokenParts;
  /** Sees to it that the payer's present cycle is there, and answers its row. */
  readonly inForce?: (tenant: TenantRow, customer: CustomerRow) => Promise<CustomerRow>;
}

/** Turns credentials into principals. */
export function openPrincipals(parts: PrincipalParts): Principals {
  const { db, clock } = parts;
  const known = new LRUCache<string, Known>({ max: PRINCIPALS_MAX });

  return {
    async resolve({ secret, acting_user }) {
      const name = hashSecret(secret) + (acting_user === null ? "" : ` ${acting_user}`);
      const hit = known.get(name);
      if (hit && clock.wall() < hit.until) return hit.principal;
      known.delete(name);

      const at = clock.wall();
      const isKey = looksLikeKey(secret);
      const bearer = isKey ? await resolveKey(db, secret, at) : await resolveToken(parts.tokens, secret);
      const principal = await principalFor(parts, { ...bearer, acting_user, isToken: !isKey });
      known.set(name, { principal, until: Math.min(at + BELIEVED_MS, bearer.expires_at) });
      return principal;
    },
  };
}

const NOBODY: Payer = { plan_version_id: null, standing: "ok", cycle_start: null, cycle_end: null };

async function principalFor(
  parts: PrincipalParts,
  bearer: Bearer & { readonly acting_user: string | null; readonly isToken: boolean },
): Promise<Principal> {
  const { db, clock } = parts;
  const tenant = await findTenant(db.read, bearer.tenant_id);
  if (tenant.status === "closed") throw new Problem("tenant_suspended", { message: "This account is closed." });

  let { user: named, scopes } = bearer;
  if (bearer.acting_user !== null) {
    if (!scopes.includes("users:act")) {
      throw new Problem("scope_missing", { message: "Acting for a user (x-tollgate-user) needs the scope users:act." });
    }
    if (named)
      throw new Problem("scope_missing", { message: "This credential belongs to one user and cannot act for others." });
    named = { external_id: bearer.acting_user, create: true };
    scopes = scopes.filter((scope) => scope === "inference");
  }

  // An end user who pays for itself sees to its own billing; a token that is tied to a preset sends messages and nothing else.
  if (bearer.isToken && tenant.billing === "user" && bearer.preset === null)
    scopes = [...scopes, "billing:read", "billing:write"];

  const at = clock.now();
  const user = named && (await userFor(db, tenant.id, named, at));
  if (user?.status === "blocked") throw new Problem("user_blocked");

  const payer =
    tenant.billing === "tenant" ? { id: tenant.id, user_id: null } : user && { id: user.id, user_id: user.id };
  const customer = payer && (await customerFor(parts, tenant, payer, at));

  return {
    tenant: tenant satisfies TenantView,
    user: user && { id: user.id, external_id: user.external_id },
    key_id: bearer.key?.id ?? null,
    customer_id: customer?.id ?? null,
    payer: customer ?? NOBODY,
    scopes,
    models: [tenant.settings.allowed_models, ...bearer.models],
    routes: bearer.routes,
    max_tokens: bearer.max_tokens,
    preset: bearer.preset,
  };
}

/** Who pays, made on first sight, with what is in force for it now. */
async function customerFor(
  { db, inForce }: PrincipalParts,
  tenant: TenantRow,
  payer: { readonly id: string; readonly user_id: UserId | null },
  at: number,
): Promise<CustomerRow> {
  const known = await findCustomer(db.read, tenant.id, payer.id);
  const customer =
    known ??
    (await db.transaction(async (tx) => {
      await ensureCustomer(tx, tenant, payer.user_id, at);
      return (await findCustomer(tx, tenant.id, payer.id))!;
    }));
  return inForce ? inForce(tenant, customer) : customer;
}

async function userFor(
  db: Database,
  tenant_id: TenantId,
  named: NonNullable<Bearer["user"]>,
  at: number,
): Promise<UserRow> {
  if ("id" in named) return findUser(db.read, named.id, tenant_id);
  const { external_id, create } = named;
  if (!external_id || external_id.length > 200 || !isKeepable(external_id))
    throw new Problem("invalid_credentials", { message: "The user's id has no or too many characters." });
  const user = await findUserByExternalId(db.read, tenant_id, external_id);
  if (user) return user;
  if (!create) throw new Problem("invalid_credentials", { message: "This user is not known here." });
  return db.transaction((tx) => ensureUser(tx, tenant_id, external_id, at));
}
