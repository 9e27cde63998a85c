import type { Reader } from "../../db/database.ts";
import type { TenantId } from "../../kernel/id.ts";
import { type Micros, micros } from "../../kernel/money.ts";
import { prepaidOf, type WalletBalance } from "./store.ts";

/** What a tenant's customers have paid for and not used. */
export interface Liability {
  readonly id: TenantId;
  readonly currency: string;
  /** What stands in the journal: usage leaves it when its cycle is closed. */
  readonly booked_micros: Micros;
  /** What the grants have left now (what calls hold is left); what was drawn and is not booked yet. Null of an earlier date. */
  readonly unspent_micros: Micros | null;
  readonly drawn_micros: Micros | null;
  /** Whether what was sold, by the journal, is what was granted, to the micro. */
  readonly agrees: boolean | null;
}

/** Holds balances of the journal against the grants, where they are of the same moment. */
export async function liabilitiesOf(
  read: Reader,
  balances: readonly WalletBalance[],
  { now }: { readonly now: boolean },
): Promise<Liability[]> {
  const granted = now
    ? await prepaidOf(
        read,
        balances.map(({ id }) => id),
      )
    : null;
  return balances.map(({ id, currency, moved_micros, used_micros }) => {
    const booked_micros = micros(0 - moved_micros - used_micros);
    if (!granted) return { id, currency, booked_micros, unspent_micros: null, drawn_micros: null, agrees: null };
    const { amount = 0, used = 0 } = granted.get(id) ?? {};
    return {
      ...{ id, currency, booked_micros, unspent_micros: micros(amount - used) },
      ...{ drawn_micros: micros(used - used_micros), agrees: moved_micros + amount === 0 },
    };
  });
}
