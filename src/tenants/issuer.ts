import { z } from "zod";
import { Name } from "../http/fields.ts";
import { iso } from "../kernel/clock.ts";
import { newId, type TenantId } from "../kernel/id.ts";
import { Problem } from "../kernel/problems.ts";
import type { Secrets } from "./seal.ts";
import type { IssuerRow } from "./store.ts";
import { ALGORITHMS, isShared, OWN_ISSUER, publicKeyFrom } from "./tokens.ts";

const Claim = z.string().min(1).max(200);

export const NewIssuer = z
  .strictObject({
    issuer: Name.refine((name) => name !== OWN_ISSUER, "is Tollgate's own"),
    audience: Name,
    algorithms: z.array(z.enum(ALGORITHMS)).min(1).max(ALGORITHMS.length),
    jwks_url: z
      .url({ protocol: /^https?$/, hostname: /./ })
      .max(2_000)
      .nullable()
      .default(null),
    public_key: z.string().max(20_000).nullable().default(null),
    shared_secret: z.string().min(32, "must have at least 32 characters").max(1_000).nullable().default(null),
    user_claim: Claim.default("sub"),
    tenant_claim: Claim.nullable().default(null),
    required_claims: z
      .record(Claim, z.union([z.string().max(500), z.number(), z.boolean()]))
      .nullable()
      .default(null),
    create_users: z.boolean().default(true),
  })
  .refine(
    ({ jwks_url, public_key, shared_secret }) =>
      [jwks_url, public_key, shared_secret].filter((way) => way !== null).length === 1,
    {
      error: "give exactly one of jwks_url, public_key and shared_secret",
    },
  )
  .refine(({ algorithms, shared_secret }) => algorithms.every((name) => isShared(name) === (shared_secret !== null)), {
    // One key for both families is the confusion by which a public key is used as an HMAC secret.
    error: "HS algorithms go with shared_secret, all others with jwks_url or public_key",
    path: ["algorithms"],
  });
export type NewIssuer = z.infer<typeof NewIssuer>;

/** An issuer of one tenant, or of the installation (`tenant_id` null), which then needs a `tenant_claim`. */
export function makeIssuer(
  fields: NewIssuer,
  { tenant_id, at, secrets }: { tenant_id: TenantId | null; at: number; secrets: Secrets },
): IssuerRow {
  if ((tenant_id === null) !== (fields.tenant_claim !== null)) {
    throw new Problem("invalid_request", {
      message: "tenant_claim: names the tenant in tokens of an issuer of the whole installation, and only there",
    });
  }
  if (fields.public_key) publicKeyFrom(fields.public_key);
  const { shared_secret, ...columns } = fields;
  const id = newId("issuer", at);
  return {
    ...columns,
    id,
    tenant_id,
    shared_secret_sealed: shared_secret && secrets.seal(shared_secret, id),
    created_at: at,
  };
}

export function presentIssuer({ shared_secret_sealed, created_at, ...rest }: IssuerRow) {
  return { ...rest, has_shared_secret: shared_secret_sealed !== null, created_at: iso(created_at) };
}
