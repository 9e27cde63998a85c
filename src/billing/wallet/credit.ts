import type { Tx } from "../../db/database.ts";
import type { Clock } from "../../kernel/clock.ts";
import { type CustomerId, newId } from "../../kernel/id.ts";
import { type Micros, micros } from "../../kernel/money.ts";
import { type GrantRow, insertGrant } from "../../ledger/store.ts";
import type { TenantRow } from "../../tenants/store.ts";
import { credit, debit, post } from "../journal/journal.ts";
import { accountOf } from "../parties/store.ts";

/** Credit that was paid for is drawn last: what expires or was a gift goes first. */
const PRIORITY = { promotional: 20, prepaid: 30 } as const;

export interface GivenCredit {
  readonly tenant: Pick<TenantRow, "id" | "currency">;
  readonly customer_id: CustomerId;
  /** `prepaid`: paid for elsewhere, or brought along from another system; it is owed to the customer like what was bought here. */
  readonly kind: "promotional" | "prepaid";
  readonly amount_micros: Micros;
  readonly reason: string;
  readonly expires_at: number | null;
  /** The occasion, of which there is one; null where it is given by hand. */
  readonly source: string | null;
}

/** Gives credit without a sale, once for its source: null where it was given before. What is prepaid stands in the wallet, against `opening`. */
export async function giveCredit(
  tx: Tx,
  clock: Clock,
  { tenant, customer_id, kind, amount_micros, ...given }: GivenCredit,
): Promise<GrantRow | null> {
  const now = clock.now();
  const { id: tenant_id, currency } = tenant;
  const grant: GrantRow = {
    ...{ id: newId("grant", clock.wall()), tenant_id, customer_id, kind, priority: PRIORITY[kind], currency },
    ...{ amount: amount_micros, used: micros(0), held: micros(0), cycle_id: null, starts_at: now, created_at: now },
    ...{ reason: given.reason, source: given.source, expires_at: given.expires_at },
  };
  if (!(await insertGrant(tx, grant))) return null;
  if (kind === "prepaid") {
    const memo = `Credit: ${grant.reason}`;
    const of = { account_id: await accountOf(tx, tenant_id), tenant_id, customer_id, at: now, memo };
    const entries = [debit("opening", currency, amount_micros), credit("wallet", currency, amount_micros)];
    await post(tx, { ...of, source: creditSource(grant), kind: "credit", entries }, clock.wall());
  }
  return grant;
}

/** The transfer by which a grant that was not bought stands in the wallet. */
export const creditSource = ({ id }: Pick<GrantRow, "id">): string => `credit:${id}`;
