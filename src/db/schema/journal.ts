import type { CustomerId, TenantId, TransferId } from "../../kernel/id.ts";
import type { Micros } from "../../kernel/money.ts";
import { c } from "../columns.ts";
import type { AccountId } from "./sellers.ts";

/** One movement of money, in two or more entries that sum to zero in each currency. `source` names the occasion: of one, there is one. Append-only. */
export const transfers = c.table(
  "transfers",
  {
    id: c.text<TransferId>().primaryKey(),
    source: c.text().notNull().unique(),
    kind: c.text().notNull(),
    account_id: c.text<AccountId>().notNull(),
    tenant_id: c.text<TenantId>().notNull(),
    customer_id: c.text<CustomerId>(),
    memo: c.text().notNull(),
    at: c.int().notNull(),
    created_at: c.int().notNull(),
  },
  (t) => [
    c.index("transfers_customer").on(t.tenant_id, t.customer_id, t.id),
    c.index("transfers_at").on(t.at),
    // What an account's accountant takes away, in the order of business time.
    c.index("transfers_account").on(t.account_id, t.at, t.id),
  ],
);

/** Debits are positive, credits negative. The chart of accounts is in billing/README.md. */
export const entries = c.table(
  "entries",
  {
    transfer_id: c.text<TransferId>().notNull(),
    line: c.int().notNull(),
    tenant_id: c.text<TenantId>().notNull(),
    customer_id: c.text<CustomerId>(),
    ledger_account: c.text().notNull(),
    currency: c.text().notNull(),
    amount_micros: c.int<Micros>().notNull(),
  },
  (t) => [
    c.primaryKey({ columns: [t.transfer_id, t.line] }),
    c.index("entries_customer").on(t.tenant_id, t.customer_id, t.ledger_account),
    c.index("entries_account").on(t.ledger_account, t.currency),
  ],
);
