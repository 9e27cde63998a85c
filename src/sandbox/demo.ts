import type { Database, Tx } from "../db/database.ts";
import { fxRates } from "../db/schema.ts";
import type { Clock } from "../kernel/clock.ts";
import { newId } from "../kernel/id.ts";
import { micros, type RateMicros } from "../kernel/money.ts";
import { insertGrant } from "../ledger/store.ts";
import { mintKey, NewKey } from "../tenants/key.ts";
import { secretFrom } from "../tenants/keys.ts";
import type { Secrets } from "../tenants/seal.ts";
import { ensureCustomer, findKeyByHash, insertKey, insertTenant, listTenants } from "../tenants/store.ts";
import { makeTenant, NewTenant } from "../tenants/tenant.ts";
import { stockShop } from "./demo-shop.ts";

/** What a newcomer gets to spend, in the demo tenant's currency. */
const CREDIT_MICROS = micros(1_000_000_000);
/** Play money has a play rate: this many rupees for a dollar, in the sandbox only. */
const SANDBOX_RATE = 85_000_000 as RateMicros;

export interface Demo {
  /** The same at every start, because it follows from the root secret: it can be printed again. */
  readonly key: string;
}

/** A demo tenant with credit and a key, at the first start in sandbox mode; later starts only name the key. */
export async function ensureDemo({
  db,
  clock,
  secrets,
}: {
  db: Database;
  clock: Clock;
  secrets: Secrets;
}): Promise<Demo> {
  const minted = secretFrom(Buffer.concat([secrets.derive("demo key 1"), secrets.derive("demo key 2")]), {
    sandbox: true,
  });
  await db.transaction(async (tx) => {
    if (await findKeyByHash(tx, minted.hash)) return;
    // An operator who deleted the demo key, or has tenants of its own, is past the demo.
    if ((await listTenants(tx, { limit: 1 })).length) return;
    await createDemo(tx, minted);
  });

  async function createDemo(tx: Tx, { hash, prefix }: typeof minted): Promise<void> {
    const at = clock.wall();
    const fields = NewTenant.parse({ name: "Demo", external_id: "demo" });
    const tenant = makeTenant(fields, { at, secrets });
    await insertTenant(tx, tenant);
    const customer_id = await ensureCustomer(tx, tenant, null, at);
    const scopes = ["inference", "tokens:issue", "users:act", "billing:read", "billing:write"];
    const asked = NewKey.parse({ name: "demo", scopes });
    const { key, secret } = mintKey({ ...asked, tenant_id: tenant.id, user_id: null }, { at, sandbox: true });
    await insertKey(tx, key, { ...secret, hash, prefix });
    await tx
      .insert(fxRates)
      .values({
        id: newId("rate", at),
        currency: "INR",
        rate_micros: SANDBOX_RATE,
        valid_from: 0,
        source: "sandbox",
        created_at: at,
      })
      .onConflictDoNothing({ target: [fxRates.currency, fxRates.valid_from] });
    await insertGrant(tx, {
      id: newId("grant", at),
      tenant_id: tenant.id,
      customer_id,
      kind: "promotional",
      priority: 20,
      currency: tenant.currency,
      amount: CREDIT_MICROS,
      used: micros(0),
      held: micros(0),
      reason: "demo",
      starts_at: 0,
      expires_at: null,
      created_at: at,
    });
    await stockShop(tx, at);
  }

  return { key: minted.secret };
}
