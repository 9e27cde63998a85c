import type { PaymentMethod } from "../../../src/sandbox/razorpay/server.ts";
import type { Customer, Shop } from "../shop.ts";

/** What the API says of a subscription, as far as tests look at it. */
export interface Shown {
  readonly id: string;
  readonly plan_id: string;
  readonly status: string;
  readonly razorpay_subscription_id: string;
  readonly short_url: string | null;
  readonly method: string | null;
  readonly trial_end: string | null;
  readonly current_end: string | null;
  readonly cancel_at_cycle_end: boolean;
  readonly possible: readonly string[];
  readonly next: Shown | null;
}

export interface ShownInvoice {
  readonly id: string;
  readonly number: string;
  readonly kind: string;
  readonly status: string;
  readonly total_paise: number;
  readonly taxable_paise: number;
  readonly credited_paise: number;
}

export interface ShownBilling {
  readonly standing: string;
  readonly plan: { readonly id: string } | null;
  readonly grants: readonly { kind: string; amount_micros: number; used_micros: number }[];
}

/** A customer whose subscription to a plan is approved and charged. */
export async function subscriber(
  shop: Shop,
  plan_id: string,
  method: PaymentMethod = "card_domestic",
): Promise<Customer> {
  const customer = await shop.customer();
  const { razorpay_subscription_id } = await customer.api<Shown>("POST", "billing/subscription", { plan_id });
  await approve(shop, customer, razorpay_subscription_id, method);
  await shop.pass(0);
  return customer;
}

/** A person approves a subscription at Checkout, whose answer their page sends on. */
export async function approve(
  shop: Shop,
  customer: Customer,
  razorpay_subscription_id: string,
  method: PaymentMethod = "card_domestic",
): Promise<Shown> {
  const answer = await shop.account.person.authenticate(razorpay_subscription_id, { method });
  return customer.api<Shown>("POST", "billing/subscription/verify", answer);
}

export const shown = (customer: Customer) => customer.api<Shown>("GET", "billing/subscription");
export const billing = (customer: Customer) => customer.api<ShownBilling>("GET", "billing");
export const invoices = async (customer: Customer) =>
  (await customer.api<{ data: ShownInvoice[] }>("GET", "billing/invoices")).data.toReversed();

/** A change of plan, asked for by the customer. */
export const change = (customer: Customer, plan_id: string, when: "now" | "cycle_end") =>
  customer.api<Shown>("POST", "billing/subscription/change", { plan_id, when });

/** How a subscription stands in Razorpay's own books. */
export function remote(shop: Shop, id: string) {
  const found = shop.account.books.subscriptions().find((subscription) => subscription.id === id);
  if (!found) throw new Error(`Razorpay has no subscription ${id}`);
  return found;
}
