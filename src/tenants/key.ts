import { z } from "zod";
import { Globs, Name, Ref, Time } from "../http/fields.ts";
import { SCOPES } from "../http/principal.ts";
import { DAY, type Instant, iso, isoOrNull } from "../kernel/clock.ts";
import { newId, type TenantId, type UserId } from "../kernel/id.ts";
import { mintSecret } from "./keys.ts";
import type { KeyRow, KeySecretRow } from "./store.ts";

export const NewKey = z.strictObject({
  name: Name,
  user_id: Ref.nullable().default(null),
  scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length).default(["inference"]),
  // An empty list would read as "nothing": it is refused, and null is "everything".
  models: Globs.min(1).nullable().default(null),
  routes: Globs.min(1).nullable().default(null),
  expires_at: Time.nullable().default(null),
});
export type NewKey = z.infer<typeof NewKey>;

export const Rotation = z.strictObject({
  overlap_seconds: z
    .int()
    .min(0)
    .max((30 * DAY) / 1000)
    .default(0),
});

/** A new key and its first secret, which is shown once. */
export function mintKey(
  fields: NewKey & { tenant_id: TenantId; user_id: UserId | null },
  { at, sandbox }: { at: Instant; sandbox: boolean },
): { key: KeyRow; secret: KeySecretRow; shown: string } {
  const key: KeyRow = { ...fields, id: newId("key", at), revoked_at: null, created_at: at };
  return { key, ...nextSecret(key, { at, sandbox }) };
}

/** Another secret for the same key. */
export function nextSecret(
  key: KeyRow,
  { at, sandbox }: { at: Instant; sandbox: boolean },
): { secret: KeySecretRow; shown: string } {
  const { secret: shown, hash, prefix } = mintSecret({ sandbox });
  return {
    shown,
    secret: { hash, prefix, tenant_id: key.tenant_id, key_id: key.id, expires_at: null, created_at: at },
  };
}

export function presentKey(key: KeyRow, prefix: string) {
  return {
    id: key.id,
    tenant_id: key.tenant_id,
    user_id: key.user_id,
    name: key.name,
    prefix,
    scopes: key.scopes,
    models: key.models,
    routes: key.routes,
    expires_at: isoOrNull(key.expires_at),
    revoked_at: isoOrNull(key.revoked_at),
    created_at: iso(key.created_at),
  };
}
