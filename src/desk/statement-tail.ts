import { lastMovements, sumBefore } from "../billing/journal/store.ts";
import type { Reader } from "../db/database.ts";
import { iso } from "../kernel/clock.ts";
import type { CustomerId, TenantId } from "../kernel/id.ts";

/** The end of a customer's account, newest first, each line with the balance after it. */
export async function statementTail(
  read: Reader,
  of: { readonly tenant_id: TenantId; readonly customer_id: CustomerId },
  { rowsMax, link }: { readonly rowsMax: number; readonly link: string },
) {
  const account = { ...of, ledger_account: "receivable" };
  const rows = await lastMovements(read, account, rowsMax + 1);
  const closing_micros: number = await sumBefore(read, { ...account, before: Number.MAX_SAFE_INTEGER });
  let balance = closing_micros;
  const lines = rows.slice(0, rowsMax).map(({ transfer, entry }) => {
    const balance_micros = balance;
    balance -= entry.amount_micros;
    return {
      ...{ at: iso(transfer.at), kind: transfer.kind, memo: transfer.memo },
      ...{ amount_micros: entry.amount_micros, balance_micros },
    };
  });
  return { closing_micros, lines, has_more: rows.length > rowsMax, link };
}
