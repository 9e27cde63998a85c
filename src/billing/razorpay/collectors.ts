import { LRUCache } from "lru-cache";
import type { Database } from "../../db/database.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { type Clock, DAY, SECOND } from "../../kernel/clock.ts";
import type { TenantId } from "../../kernel/id.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Secrets } from "../../tenants/seal.ts";
import { openRazorpay, type Razorpay } from "./port.ts";
import { type AccountRow, findAccount } from "./store.ts";

/** The Razorpay accounts that money is collected on: the operator's, and those of tenants that have their own. */
export interface Collectors {
  /** Throws `billing_not_configured` where there is none. */
  of(account_id: AccountId): Promise<Razorpay>;
  known(account_id: AccountId): Promise<Razorpay | null>;
  /** By credentials that are not kept, or not yet. */
  by(account_id: AccountId, credentials: Pick<RazorpayCredentials, "key_id" | "key_secret">): Razorpay;
  /** The secrets that a webhook of this account may be signed with; none where there is no such account. */
  webhookSecrets(account_id: AccountId): Promise<readonly string[]>;
}

export interface RazorpayCredentials {
  readonly key_id: string;
  readonly key_secret: string;
  readonly webhook_secret: string;
}

export interface CollectorsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly base_url: string;
  /** See RazorpayOptions. */
  readonly writeMs?: number;
  readonly operator: {
    readonly key_id: string;
    readonly key_secret: string;
    readonly webhook_secrets: readonly string[];
  } | null;
}

/** Retries of a webhook go on for a day with the secret of its first try; a little longer does no harm. */
const FORMER_SECRET_MS = 2 * DAY;
const BELIEVED_MS = SECOND;
const ACCOUNTS_MAX = 10_000;

/** A tenant's account that is added or changed is seen within a second on every node. */
export function openCollectors({ db, clock, secrets, base_url, writeMs, operator }: CollectorsOptions): Collectors {
  const own = operator && openRazorpay({ ...operator, account_id: "operator", base_url, writeMs });
  const rows = new LRUCache<TenantId, { row: AccountRow | null }>({
    max: ACCOUNTS_MAX,
    ttl: BELIEVED_MS,
    fetchMethod: async (id) => ({ row: (await findAccount(db.read, id)) ?? null }),
  });
  const ports = new LRUCache<TenantId, { sealed: string; port: Razorpay }>({ max: ACCOUNTS_MAX });

  const known = async (account_id: AccountId): Promise<Razorpay | null> => {
    if (account_id === "operator") return own;
    const row = (await rows.fetch(account_id))?.row;
    if (!row) return null;
    const held = ports.get(account_id);
    if (held?.sealed === row.key_secret_sealed) return held.port;
    const key_secret = secrets.unseal(row.key_secret_sealed, account_id);
    const port = openRazorpay({ account_id, key_id: row.key_id, key_secret, base_url, writeMs });
    ports.set(account_id, { sealed: row.key_secret_sealed, port });
    return port;
  };

  return {
    known,
    by: (account_id, { key_id, key_secret }) => openRazorpay({ account_id, key_id, key_secret, base_url, writeMs }),
    async of(account_id) {
      const port = await known(account_id);
      if (!port) throw new Problem("billing_not_configured");
      return port;
    },
    async webhookSecrets(account_id) {
      if (account_id === "operator") return operator?.webhook_secrets ?? [];
      const row = (await rows.fetch(account_id))?.row;
      if (!row) return [];
      const { webhook_secret_sealed, webhook_secret_before_sealed: before, rotated_at } = row;
      const former =
        before !== null && rotated_at !== null && clock.now() < rotated_at + FORMER_SECRET_MS ? [before] : [];
      return [webhook_secret_sealed, ...former].map((sealed) => secrets.unseal(sealed, account_id));
    },
  };
}
