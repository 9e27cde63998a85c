import type { Tx } from "../../db/database.ts";
import type { GrantId } from "../../kernel/id.ts";
import { type Micros, micros } from "../../kernel/money.ts";
import type { GrantRow } from "../../ledger/store.ts";
import { credit, debit, type NewTransfer, post } from "../journal/journal.ts";
import type { CycleUsage } from "./usage-lines.ts";

export interface Split {
  readonly included_micros: Micros;
  readonly promotional_micros: Micros;
  readonly prepaid_micros: Micros;
  readonly overage_micros: Micros;
}

/** The spend of a span by the kind of grant that it was drawn from. */
export function splitOf({ drawn }: CycleUsage, grants: readonly GrantRow[]): Split {
  const kinds = new Map<GrantId, GrantRow["kind"]>(grants.map(({ id, kind }) => [id, kind]));
  const sum = (wanted: GrantRow["kind"]) =>
    micros([...drawn].reduce((total, [id, amount]) => total + (kinds.get(id) === wanted ? amount : 0), 0));
  return {
    ...{ included_micros: sum("included"), promotional_micros: sum("promotional") },
    ...{ prepaid_micros: sum("prepaid"), overage_micros: sum("overage") },
  };
}

/** What was used becomes revenue; what it cost is owed to the provider. Overage is booked with its bills. */
export async function bookUsage(
  tx: Tx,
  { currency, ...of }: Omit<NewTransfer, "entries" | "kind"> & { readonly currency: string },
  { usage, split }: { readonly usage: CycleUsage; readonly split: Split },
  wall: number,
): Promise<void> {
  const entries = [
    debit("wallet", currency, split.prepaid_micros),
    credit("revenue.prepaid", currency, split.prepaid_micros),
    debit("promotional", currency, split.promotional_micros),
    credit("revenue.promotional", currency, split.promotional_micros),
    debit("cost.provider", "USD", usage.cost_micros_usd),
    credit("payable.provider", "USD", usage.cost_micros_usd),
  ];
  await post(tx, { ...of, kind: "usage", entries }, wall);
}
