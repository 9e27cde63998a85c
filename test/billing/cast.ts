import { DAY, HOUR } from "../../src/kernel/clock.ts";
import { type Answer, asAdmin, ask } from "../http/ask.ts";
import { type Customer, openShop, PROFILE, type Shop } from "./shop.ts";

/** One of everything that a wrong call can be about: customers in every state, plans that may not be had, money that is spent. */
export interface Cast {
  readonly shop: Shop;
  readonly plan: Readonly<
    Record<"public" | "other" | "hidden" | "archived" | "dollars" | "mandate" | "yearly", string>
  >;
  readonly who: Readonly<
    Record<
      | ("fresh" | "bare" | "waiting" | "active" | "paused" | "cancelled" | "leaving" | "owing")
      | ("wallet" | "mandated" | "dollars" | "ownUsers"),
      Customer
    >
  >;
  readonly id: Readonly<
    Record<
      | ("closed" | "user" | "open_invoice" | "paid_invoice" | "base_payment" | "spent_payment" | "wallet_payment")
      | ("mandate" | "order" | "paid_order" | "order_payment" | "mandate_order" | "subscription" | "webhook"),
      string
    >
  >;
  /** What is open of the invoice, and what can be refunded of the wallet's payment. */
  readonly paise: Readonly<Record<"open" | "refundable", number>>;
  /** What Checkout answered, with signatures that are good. */
  readonly signed: Readonly<Record<"topup" | "subscription" | "mandate", Record<string, string>>>;
  /** An end user's own token, where its tenant bills each user. */
  readonly token: string;
  /** The name of the public plan. */
  readonly planName: string;
  admin(method: string, path: string, json?: unknown): Promise<Answer>;
  as(customer: Customer, method: string, path: string, json?: unknown): Promise<Answer>;
}

const OVERAGE = { enabled: true, cap_micros: 90_000_000_000 };
const PRICED = { price_paise: 50_000, overage: OVERAGE };

export async function openCast(): Promise<Cast> {
  const shop = await openShop();
  const { person } = shop.account;
  const plan = {
    public: await shop.plan({ ...PRICED, pricing: { type: "markup", multiplier_ppm: 20_000_000 } }),
    other: await shop.plan({ price_paise: 70_000 }),
    hidden: await shop.plan({ ...PRICED, visibility: "hidden" }),
    archived: await shop.plan(PRICED),
    dollars: await shop.plan({ price_paise: 2_000, currency: "USD" }),
    mandate: await shop.plan({ ...PRICED, collection: "mandate" }),
    yearly: await shop.plan({ price_paise: 500_000, period: "yearly" }),
  };
  await shop.admin("PATCH", `plans/${plan.archived}`, { archived: true });

  const signUp = async (customer: Customer) => {
    const { razorpay_subscription_id: id } = await customer.api<{ razorpay_subscription_id: string }>(
      "POST",
      "billing/subscription",
      { plan_id: plan.public },
    );
    return { id, answer: { ...(await person.authenticate(id, { method: "card_domestic" })) } };
  };
  const toppedUp = async (customer: Customer) => {
    const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", { credit_micros: 1e8 });
    return { ...(await person.pay(order_id, { method: "upi" })), razorpay_order_id: order_id };
  };
  const registered = async (customer: Customer) => {
    const body = { max_amount_paise: 500_000, method: "upi" };
    const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/mandate", body);
    return { ...(await person.pay(order_id, { method: "upi" })), razorpay_order_id: order_id };
  };
  const subscribed = async () => {
    const customer = await shop.customer();
    return { customer, ...(await signUp(customer)) };
  };

  const active = await subscribed();
  const paused = await subscribed();
  const cancelled = await subscribed();
  const leaving = await subscribed();
  const owing = await subscribed();
  const fresh = await shop.customer();
  const wallet = await shop.customer();
  const spender = await shop.customer();
  const mandated = await shop.customer();
  const bare = await shop.customer({ profile: false });
  const dollars = await shop.customer({ tenant: { currency: "USD" } });
  const closed = await shop.customer();
  const waiting = await shop.customer();
  const topup = await toppedUp(wallet);
  const spent = await toppedUp(spender);
  const ownUsers = await shop.customer({ tenant: { billing: "user" }, profile: false });
  const { token } = await ownUsers.api<{ token: string }>("POST", "auth/token", { sub: "asha" });
  await ask(shop, "/api/billing/profile", { method: "PUT", bearer: token, json: PROFILE });
  await shop.pass(0);
  await owing.customer.spend(2_000_000_000);
  await spender.spend(1e12);
  await paused.customer.api("POST", "billing/subscription/pause", {});
  await cancelled.customer.api("POST", "billing/subscription/cancel", { at: "now" });
  await shop.pass(32 * DAY);
  await leaving.customer.api("POST", "billing/subscription/cancel", { at: "cycle_end" });
  await waiting.api("POST", "billing/subscription", { plan_id: plan.public });

  const signedMandate = await registered(mandated);
  const { order_id: order } = await wallet.api<{ order_id: string }>("POST", "billing/topups", { credit_micros: 5e7 });
  const dollar = { currency: "USD", credit_micros: 1_000_000 };
  const now = shop.clock.now();
  const promotions = [
    { code: "TAKEN", credit_micros: 1_000_000 },
    { code: "USEDUP", credit_micros: 1_000_000, max_redemptions: 1 },
    { code: "SHORT", credit_micros: 1_000_000, expires_at: new Date(now + DAY).toISOString() },
    { code: "THEIRS", credit_micros: 1_000_000, tenant_id: owing.customer.id },
    { code: "DOLLARS", ...dollar },
  ];
  for (const promotion of promotions) await shop.admin("POST", "promotions", promotion);
  for (const code of ["TAKEN", "USEDUP"]) await wallet.api("POST", "billing/promotions", { code });
  await shop.admin("PATCH", `tenants/${closed.id}`, { status: "closed" });
  await shop.pass(2 * DAY);
  await shop.pass(HOUR);

  interface Row {
    readonly id: string;
    readonly kind: string;
    readonly open_paise: number;
  }
  const invoices = async (customer: Customer) => (await customer.api<{ data: Row[] }>("GET", "billing/invoices")).data;
  const open = (await invoices(owing.customer)).find(({ open_paise }) => open_paise > 0)!;
  const paid = (await invoices(active.customer))[0]!;
  const [held] = (await mandated.api<{ data: { id: string; order_id: string }[] }>("GET", "billing/mandate")).data;
  const webhooks = await shop.admin<{ data: { id: string }[] }>("GET", "webhooks?limit=1");
  const { data: users } = await shop.admin<{ data: { id: string }[] }>("GET", `tenants/${ownUsers.id}/users`);
  const charged = shop.account.books.invoices().find(({ subscription_id }) => subscription_id === active.id);

  return {
    shop,
    plan,
    who: {
      ...{ fresh, bare, waiting, wallet, mandated, dollars, ownUsers },
      ...{ active: active.customer, paused: paused.customer, cancelled: cancelled.customer },
      ...{ leaving: leaving.customer, owing: owing.customer },
    },
    id: {
      ...{ closed: closed.id, user: users[0]!.id, open_invoice: open.id, paid_invoice: paid.id, order },
      base_payment: charged!.payment_id!,
      ...{ spent_payment: spent.razorpay_payment_id, wallet_payment: topup.razorpay_payment_id },
      ...{ paid_order: topup.razorpay_order_id, order_payment: topup.razorpay_payment_id },
      ...{ mandate: held!.id, mandate_order: held!.order_id, subscription: active.id, webhook: webhooks.data[0]!.id },
    },
    paise: { open: open.open_paise, refundable: 11_800 },
    signed: { topup, subscription: active.answer as Record<string, string>, mandate: signedMandate },
    token,
    planName: (await shop.admin<{ name: string }>("GET", `plans/${plan.public}`)).name,
    admin: (method, path, json) => asAdmin(shop, method, path, json),
    as: ({ key }, method, path, json) => ask(shop, `/api/${path}`, { method, key, json }),
  };
}
