import type { AccountId } from "../db/schema/sellers.ts";
import { DAY, SECOND } from "../kernel/clock.ts";
import type { SubscriptionRow } from "./cycles/store.ts";
import type { BillingParts } from "./parts.ts";
import {
  chargesOf,
  disputesOf,
  listUndecidedDisputes,
  type PaymentRow,
  paymentsOf,
  refundsOf,
} from "./payments/store.ts";
import type { RazorpayPayment, RazorpaySubscription } from "./razorpay/entities.ts";
import type { Appliers } from "./razorpay/inbox.ts";
import { lookAgain, type Watched } from "./razorpay/poller.ts";
import type { ListQuery } from "./razorpay/port.ts";
import { listAccounts } from "./razorpay/store.ts";
import { subscriptionsOf } from "./subscriptions/store.ts";

/** Banks take up to three days to say yes after all, refunds up to seven. */
const BACK_MS = 8 * DAY;
const PAGE = 100;

/**
 * Holds what Razorpay lists against our books: its subscriptions, and of the last days a refund made at its dashboard, a dispute, a payment that
 * succeeded late, of which no webhook came. A list is a hundred a request, so that a thousand that rest cost ten.
 * The account is shared with other products: what is unknown to us and does not say that it is ours is left alone.
 */
export async function sweep(parts: BillingParts, appliers: Appliers): Promise<void> {
  const tenants = await listAccounts(parts.db.read);
  for (const account_id of ["operator", ...tenants] as const) {
    try {
      await sweepAccount(parts, appliers, account_id);
    } catch (error) {
      parts.log.warn({ err: error, account: account_id }, "an account at Razorpay could not be swept");
    }
  }
}

async function sweepAccount(parts: BillingParts, appliers: Appliers, account_id: AccountId): Promise<void> {
  const razorpay = await parts.collectors.known(account_id);
  if (!razorpay) return;
  const { read } = parts.db;
  const from = Math.floor((parts.clock.now() - BACK_MS) / SECOND);
  const look = (entity: Watched["entity"], ids: readonly string[]) =>
    lookAgain(
      parts,
      appliers,
      ids.map((id) => ({ entity, account_id, id })),
    );

  for await (const page of pages((query) => razorpay.listSubscriptions(query))) {
    const known = await subscriptionsOf(read, account_id, idsOf(page));
    const charges = await chargesOf(read, [...known.values()]);
    const moved = page.filter((remote) => hasMoved(remote, known.get(remote.id), charges));
    await look("subscription", idsOf(moved));
  }
  for await (const page of pages((query) => razorpay.listPayments({ ...query, from }))) {
    const known = await paymentsOf(read, account_id, idsOf(page));
    await look("payment", idsOf(page.filter((remote) => isNews(remote, known.get(remote.id)))));
  }
  for await (const page of pages((query) => razorpay.listRefunds({ ...query, from }))) {
    const ours = await paymentsOf(
      read,
      account_id,
      page.map(({ payment_id }) => payment_id),
    );
    const known = await refundsOf(read, account_id, idsOf(page));
    const news = page.filter(({ id, payment_id, status }) => ours.has(payment_id) && known.get(id)?.state !== status);
    await look("refund", idsOf(news));
  }
  for await (const page of pages((query) => razorpay.listDisputes({ ...query, from }))) {
    const ours = await paymentsOf(
      read,
      account_id,
      page.map(({ payment_id }) => payment_id),
    );
    const known = await disputesOf(read, account_id, idsOf(page));
    const news = page.filter(({ id, payment_id, status }) => ours.has(payment_id) && known.get(id)?.status !== status);
    await look("dispute", idsOf(news));
  }
  // Banks take weeks over a dispute, and Razorpay lists by when it was opened.
  for (let after: string | undefined = ""; after !== undefined; ) {
    const undecided = await listUndecidedDisputes(read, account_id, after, PAGE);
    await look("dispute", undecided);
    after = undecided[PAGE - 1];
  }
}

/** What it charged is held against our payments: that the row knows how often does not say that each of them was booked. (Some of an adopted one's never are.) */
const hasMoved = (
  remote: RazorpaySubscription,
  known: SubscriptionRow | undefined,
  charges: ReadonlyMap<string | null, number>,
): boolean =>
  known !== undefined &&
  (remote.status !== known.status ||
    remote.paid_count !== known.paid_count ||
    remote.current_end !== known.current_end ||
    (known.adopted_at === null && (charges.get(known.id) ?? 0) < remote.paid_count));

/** A payment says that it is ours in its notes; those of a subscription say nothing, and are found by it. */
const isNews = ({ status, notes }: RazorpayPayment, known: PaymentRow | undefined): boolean =>
  known ? known.status !== status : notes.tollgate === "1" && status !== "created";

const idsOf = (page: readonly { readonly id: string }[]): string[] => page.map(({ id }) => id);

async function* pages<T>(list: (query: ListQuery) => Promise<readonly T[]>): AsyncGenerator<readonly T[]> {
  for (let skip = 0; ; skip += PAGE) {
    const page = await list({ count: PAGE, skip });
    if (page.length) yield page;
    if (page.length < PAGE) return;
  }
}
