import type { Paise } from "../../kernel/money.ts";
import { debitMax, type MandateMethod, METHODS } from "./methods.ts";
import type { CollectionRow } from "./store.ts";
import { LIVE } from "./store.ts";

export type Step =
  /** A debit, of a mandate that can carry it. */
  | { readonly kind: "debit" }
  /** A link that the customer pays: everything automatic is exhausted. */
  | { readonly kind: "link" }
  /** Something is under way, or a debit may be tried again later. */
  | { readonly kind: "wait" };

const DEBITS_MAX = 3;

type Past = Pick<CollectionRow, "channel" | "state" | "updated_at" | "invoice_id">;

/**
 * The next step to collect an open invoice. One thing at a time: while anything of this customer is under way, nothing is begun, so nobody can pay twice. A
 * debit that failed is tried again, at the intervals that its method asks for; then a link is sent.
 */
export function nextStep(state: {
  readonly invoice_id: string;
  readonly open_paise: Paise;
  /** The mandate that is confirmed, if any. */
  readonly mandate: { readonly method: MandateMethod; readonly max_amount_paise: Paise } | null;
  /** Of the customer, oldest first. */
  readonly collections: readonly Past[];
  readonly now: number;
}): Step {
  const { collections, mandate, open_paise, invoice_id, now } = state;
  if (collections.some(({ state }) => (LIVE as readonly string[]).includes(state))) return { kind: "wait" };
  if (!mandate || open_paise > debitMax(mandate)) return { kind: "link" };
  const failed = collections.filter(
    (past) => past.invoice_id === invoice_id && past.channel === "debit" && past.state === "failed",
  );
  if (failed.length >= DEBITS_MAX) return { kind: "link" };
  const last = failed.at(-1);
  if (last && now < last.updated_at + METHODS[mandate.method].retry_after_ms) return { kind: "wait" };
  return { kind: "debit" };
}
