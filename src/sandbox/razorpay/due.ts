import { giveBackUncaptured } from "./charge.ts";
import { decideDebit, deliverNotice } from "./debits.ts";
import { expireInvoice } from "./invoices.ts";
import { expireLink } from "./links.ts";
import { confirmToken } from "./mandates.ts";
import { decideRefund } from "./refunds.ts";
import { settle } from "./settlements.ts";
import { found, type Shelf } from "./shelf.ts";
import { decide, retry, turn } from "./subscriptions/cycle.ts";
import { begin, expireUnapproved } from "./subscriptions/start.ts";

/** What happens by itself when its time has come, by name: a name and ids can be written down, a function cannot. */
const ACTS = {
  "payment.uncaptured": (shelf, id) => giveBackUncaptured(shelf, found(shelf.payments, id)),
  "refund.decide": (shelf, id) => decideRefund(shelf, found(shelf.refunds, id)),
  "debit.decide": (shelf, id) => decideDebit(shelf, found(shelf.payments, id)),
  "notice.deliver": (shelf, id) => deliverNotice(shelf, found(shelf.orders, id)),
  "token.confirm": (shelf, id) => confirmToken(shelf, found(shelf.tokens, id)),
  "link.expire": (shelf, id) => expireLink(shelf, found(shelf.links, id)),
  "invoice.expire": (shelf, id) => expireInvoice(shelf, found(shelf.invoices, id)),
  "subscription.expire": expireUnapproved,
  "subscription.begin": (shelf, id) => begin(shelf, found(shelf.subscriptions, id)),
  "subscription.turn": (shelf, id, due) => turn(shelf, found(shelf.subscriptions, id), Number(due)),
  "subscription.retry": (shelf, id, invoice) =>
    retry(shelf, found(shelf.subscriptions, id), found(shelf.invoices, invoice)),
  "subscription.answer": (shelf, id, invoice, payment) =>
    decide(shelf, found(shelf.subscriptions, id), found(shelf.invoices, invoice), found(shelf.payments, payment)),
  settle,
} satisfies Record<string, (shelf: Shelf, ...ids: [string, string, string]) => void>;

export type Act = keyof typeof ACTS;

export function perform(shelf: Shelf, act: string, args: readonly string[]): void {
  if (!Object.hasOwn(ACTS, act)) throw new Error(`nothing is known by the name of ${act}`);
  const [first = "", second = "", third = ""] = args;
  (ACTS[act as Act] as (shelf: Shelf, ...ids: [string, string, string]) => void)(shelf, first, second, third);
}
