import { createHash, timingSafeEqual } from "node:crypto";
import type { Database, Tx } from "../../db/database.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { TenantId } from "../../kernel/id.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Secrets } from "../../tenants/seal.ts";
import type { Collectors, RazorpayCredentials } from "./collectors.ts";
import { isUnknownId, problemOfRazorpay, RazorpayRefusal } from "./errors.ts";
import type { Razorpay } from "./port.ts";
import { deleteAccount, findAccount, standingAt, upsertAccount, type Witness, witnessesAt } from "./store.ts";

interface Parts {
  readonly db: Database;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly collectors: Collectors;
}

/**
 * Sets out to replace a tenant's own account, or to take it away; answers what does so. What is under way there could not be carried on from another account,
 * so that while anything is, only other credentials of the same account are taken: the same key, or one to which Razorpay shows what we have there.
 */
export async function replaceRazorpayAccount(
  parts: Parts,
  tenant_id: TenantId,
  credentials: RazorpayCredentials | null,
): Promise<(tx: Tx) => Promise<void>> {
  const { read } = parts.db;
  const before = await findAccount(read, tenant_id);
  const asked = before && credentials && whatStands(await standingAt(read, tenant_id)) !== null;
  const same = asked ? await isSameAccount(parts, before, credentials) : false;
  return async (tx) => {
    if (before && !same) await assertNothingStands(tx, before);
    await saveRazorpayAccount(tx, parts, tenant_id, credentials);
  };
}

async function isSameAccount(
  { db, collectors }: Parts,
  { id, key_id }: { readonly id: TenantId; readonly key_id: string },
  credentials: RazorpayCredentials,
): Promise<boolean> {
  if (credentials.key_id === key_id) return true;
  const razorpay = collectors.by(id, credentials);
  for (const witness of await witnessesAt(db.read, id)) {
    try {
      await LOOKS[witness.entity](razorpay, witness.id);
      return true;
    } catch (error) {
      if (error instanceof RazorpayRefusal && error.status === 401)
        throw new Problem("invalid_request", {
          message: `razorpay: Razorpay does not take this key: ${error.message}`,
        });
      if (!isUnknownId(error)) throw problemOfRazorpay(error);
    }
  }
  return false;
}

const LOOKS: Readonly<Record<Witness["entity"], (razorpay: Razorpay, id: string) => Promise<unknown>>> = {
  subscription: (razorpay, id) => razorpay.fetchSubscription(id),
  order: (razorpay, id) => razorpay.fetchOrder(id),
  payment: (razorpay, id) => razorpay.fetchPayment(id),
};

async function assertNothingStands(tx: Tx, { id, key_id }: { readonly id: TenantId; readonly key_id: string }) {
  const standing = await standingAt(tx, id);
  const what = whatStands(standing);
  if (what === null) return;
  throw new Problem("conflict", {
    message: `On the account of ${key_id} there is something under way (${what}), which no other account can carry on. End it first; another key of the same account is taken at any time.`,
    details: { standing },
  });
}

function whatStands(standing: Readonly<Record<string, number>>): string | null {
  const words = Object.entries(standing).filter(([, count]) => count > 0);
  return words.length ? words.map(([name, count]) => `${name.replaceAll("_", " ")}: ${count}`).join(", ") : null;
}

/** Keeps a tenant's own credentials, sealed; null takes them away. A changed webhook secret leaves the one before it valid for two days. */
export async function saveRazorpayAccount(
  tx: Tx,
  { clock, secrets }: { clock: Clock; secrets: Secrets },
  tenant_id: TenantId,
  credentials: RazorpayCredentials | null,
): Promise<void> {
  if (!credentials) return deleteAccount(tx, tenant_id);
  const before = await findAccount(tx, tenant_id);
  const now = clock.now();
  const secretBefore = before && secrets.unseal(before.webhook_secret_sealed, tenant_id);
  const rotated = before && !isSame(secretBefore!, credentials.webhook_secret);
  await upsertAccount(tx, {
    id: tenant_id,
    tenant_id,
    key_id: credentials.key_id,
    key_secret_sealed: secrets.seal(credentials.key_secret, tenant_id),
    webhook_secret_sealed: secrets.seal(credentials.webhook_secret, tenant_id),
    webhook_secret_before_sealed: rotated
      ? before.webhook_secret_sealed
      : (before?.webhook_secret_before_sealed ?? null),
    rotated_at: rotated ? now : (before?.rotated_at ?? null),
    created_at: before?.created_at ?? now,
    updated_at: now,
  });
}

/** Compared without saying, by its time, where they differ. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
const digest = (text: string) => createHash("sha256").update(text).digest();
