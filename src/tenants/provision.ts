import { type Actor, recordAudit } from "../db/audit.ts";
import type { Tx } from "../db/database.ts";
import type { Instant } from "../kernel/clock.ts";
import { mintKey, type NewKey, presentKey } from "./key.ts";
import type { Secrets } from "./seal.ts";
import { ensureCustomer, findTenant, findUser, insertKey, insertTenant } from "./store.ts";
import { makeTenant, type NewTenant, presentTenant } from "./tenant.ts";

/** What an administrator creates, over HTTP or on the command line: the thing, what belongs to it, and its line in the audit log. */
export interface Act {
  readonly actor: Actor;
  readonly at: Instant;
}

/** A tenant, with its customer where it pays for all its users. */
export async function createTenant(tx: Tx, fields: NewTenant, { actor, at, secrets }: Act & { secrets: Secrets }) {
  const tenant = makeTenant(fields, { at, secrets });
  await insertTenant(tx, tenant);
  if (tenant.billing === "tenant") await ensureCustomer(tx, tenant, null, at);
  const after = presentTenant(tenant);
  await recordAudit(tx, { actor, action: "tenant.created", tenant_id: tenant.id, subject_id: tenant.id, after, at });
  return after;
}

/** An API key of the tenant `ref` (an id, or `ext:…`). The answer has its secret, this once. */
export async function createKey(
  tx: Tx,
  ref: string,
  fields: NewKey,
  { actor, at, sandbox }: Act & { sandbox: boolean },
) {
  const tenant = await findTenant(tx, ref);
  const user_id = fields.user_id === null ? null : (await findUser(tx, fields.user_id, tenant.id)).id;
  const { key, secret, shown } = mintKey({ ...fields, tenant_id: tenant.id, user_id }, { at, sandbox });
  await insertKey(tx, key, secret);
  const after = presentKey(key, secret.prefix);
  await recordAudit(tx, { actor, action: "key.created", tenant_id: tenant.id, subject_id: key.id, after, at });
  return { ...after, secret: shown };
}
