import type { KeyObject } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Database } from "../db/database.ts";
import { isKeepable } from "../http/parse.ts";
import type { Clock } from "../kernel/clock.ts";
import type { TenantId } from "../kernel/id.ts";
import { Problem } from "../kernel/problems.ts";
import { assertKeyAlive, type Bearer } from "./bearer.ts";
import type { KeySets } from "./key-sets.ts";
import { hashSecret } from "./keys.ts";
import type { Secrets } from "./seal.ts";
import { findIssuer, findIssuers, findKey, findPreset, findTenant, type IssuerRow } from "./store.ts";
import {
  isShared,
  OWN_ISSUER,
  OwnClaims,
  ownVerifier,
  peek,
  publicKeyFrom,
  sharedKeyFrom,
  type Unverified,
  type VerifiedToken,
  type Verifier,
  verifyToken,
} from "./tokens.ts";

/** What verifying JWTs needs, with the tokens that were verified before (a signature does not change; the rest is looked at anew). */
export interface TokenParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly keySets: KeySets;
  readonly verified: LRUCache<string, KnownToken>;
}

interface KnownToken extends VerifiedToken {
  /** Null for Tollgate's own. */
  readonly issuer_id: string | null;
}

export const tokenParts = (parts: Omit<TokenParts, "verified">): TokenParts => ({
  ...parts,
  verified: new LRUCache({ max: 50_000 }),
});

/** Verifies a JWT, by Tollgate or by a registered issuer, and says whose it is. */
export async function resolveToken(parts: TokenParts, token: string): Promise<Bearer> {
  const name = hashSecret(token);
  let known = parts.verified.get(name);
  if (!known) {
    known = await verified(parts, token);
    parts.verified.set(name, known);
  }
  if (parts.clock.wall() >= known.expires_at) {
    parts.verified.delete(name);
    throw new Problem("expired_credentials", { message: "This token has expired." });
  }
  if (known.issuer_id === null) return ownBearer(parts, known);
  if (!(await findIssuer(parts.db.read, known.issuer_id))) {
    parts.verified.delete(name);
    known = await verified(parts, token);
    parts.verified.set(name, known);
  }
  return issuerBearer(parts, known, known.issuer_id!);
}

async function verified(parts: TokenParts, token: string): Promise<KnownToken> {
  const said = peek(token);
  if (said.issuer === OWN_ISSUER)
    return { ...verifyToken(token, ownVerifier(parts.secrets.tokenKey)), issuer_id: null };
  const [issuer, another] = await findIssuers(parts.db.read, said.issuer, said.audiences);
  if (another)
    throw new Problem("invalid_credentials", {
      message: "The token's aud names several audiences that are registered here.",
    });
  if (!issuer) {
    throw new Problem("invalid_credentials", { message: "No issuer is registered for the token's iss and aud." });
  }
  return { ...verifyToken(token, await verifierOf(parts, issuer, said)), issuer_id: issuer.id };
}

async function verifierOf({ secrets, keySets }: TokenParts, issuer: IssuerRow, said: Unverified): Promise<Verifier> {
  const { algorithms, audience } = issuer;
  // Before any key is looked up: `none`, or an algorithm that this issuer never uses, is nobody's.
  if (!algorithms.includes(said.algorithm)) {
    throw new Problem("invalid_credentials", { message: "The token's algorithm is not one of its issuer's." });
  }
  let key: KeyObject;
  if (issuer.shared_secret_sealed) key = sharedKeyFrom(secrets.unseal(issuer.shared_secret_sealed, issuer.id));
  else if (issuer.public_key) key = publicKeyFrom(issuer.public_key);
  else key = await keySets.signingKey(issuer.jwks_url!, said.kid);
  const fitting = algorithms.filter((algorithm) => isShared(algorithm) === (key.type === "secret"));
  return { key, algorithms: fitting, issuer: issuer.issuer, audience };
}

async function ownBearer({ db, clock }: TokenParts, { claims, expires_at }: KnownToken): Promise<Bearer> {
  const parsed = OwnClaims.safeParse(claims);
  if (!parsed.success) throw new Problem("invalid_credentials");
  const own = parsed.data;
  const tenant_id = own.ten as TenantId;
  const key = await findKey(db.read, own.key, tenant_id);
  assertKeyAlive(key, clock.wall());
  const preset = own.preset === undefined ? null : await findPreset(db.read, tenant_id, own.preset);
  if (preset === undefined) throw new Problem("invalid_credentials", { message: "The preset of this token is gone." });
  return {
    tenant_id,
    key,
    user: { external_id: own.sub, create: true },
    scopes: ["inference"],
    models: [key.models ?? [], own.models ?? []],
    routes: [key.routes ?? [], own.routes ?? []],
    max_tokens: own.max_tokens ?? null,
    preset,
    expires_at,
  };
}

async function issuerBearer(
  { db }: TokenParts,
  { claims, expires_at }: KnownToken,
  issuer_id: string,
): Promise<Bearer> {
  const issuer = await findIssuer(db.read, issuer_id);
  if (!issuer)
    throw new Problem("invalid_credentials", { message: "The issuer of this token is no longer registered." });

  for (const [claim, wanted] of Object.entries(issuer.required_claims ?? {})) {
    const has = claims[claim];
    if (!(Array.isArray(has) ? has.includes(wanted) : has === wanted)) {
      throw new Problem("invalid_credentials", {
        message: `The token lacks the claim ${claim} as its issuer requires it.`,
      });
    }
  }
  const sub = claims[issuer.user_claim];
  if (typeof sub !== "string" && typeof sub !== "number") {
    throw new Problem("invalid_credentials", {
      message: `The token lacks the claim ${issuer.user_claim}, which names the user.`,
    });
  }
  return {
    tenant_id: issuer.tenant_id ?? (await tenantOf(db, issuer, claims)),
    key: null,
    user: { external_id: String(sub), create: issuer.create_users },
    scopes: ["inference"],
    models: [],
    routes: [],
    max_tokens: null,
    preset: null,
    expires_at,
  };
}

/** The tenant that an installation's issuer names in its `tenant_claim`, by external id. */
async function tenantOf(db: Database, issuer: IssuerRow, claims: VerifiedToken["claims"]): Promise<TenantId> {
  const named = issuer.tenant_claim && claims[issuer.tenant_claim];
  if (typeof named !== "string" || !named || !isKeepable(named)) {
    throw new Problem("invalid_credentials", {
      message: `The token lacks the claim ${issuer.tenant_claim}, which names the tenant.`,
    });
  }
  try {
    return (await findTenant(db.read, `ext:${named}`)).id;
  } catch (cause) {
    if (!(cause instanceof Problem)) throw cause;
    throw new Problem("invalid_credentials", { message: "The token names a tenant that is not known here.", cause });
  }
}
