import type { PaymentMethod } from "../../src/sandbox/razorpay/server.ts";
import type { Customer, Shop } from "../billing/shop.ts";

/** Customers that live through what can happen to one at Razorpay, week by week, the same in every run. */

const METHODS: readonly PaymentMethod[] = ["card_domestic", "upi", "card_international", "emandate"];

export interface Life {
  readonly customer: Customer;
  readonly subscription_id: string;
  readonly move: (typeof MOVES)[number];
}

/** What is special in a life. */
export const MOVES = [
  ...(["pays", "tops up", "is refunded", "is refunded in part", "disputes and loses", "disputes and wins"] as const),
  ...(["cannot pay for a while", "cannot pay any more", "pauses", "cancels", "leaves at the end"] as const),
  ...(["uses more by mandate", "uses more by link", "ends its mandate"] as const),
] as const;

/** Weekly, so that much happens in little time; a mark-up of twenty, so that few calls come to much. */
export const WEEKLY = {
  ...{ price_paise: 50_000, period: "weekly", grace_days: 3, overage: { enabled: true, cap_micros: 5_000_000_000 } },
  pricing: { type: "markup", multiplier_ppm: 20_000_000 },
};

/** A customer that has subscribed, by each of the methods in turn. */
export async function begin(shop: Shop, plan_id: string, turn: number): Promise<Life> {
  const customer = await shop.customer({ state_code: turn % 2 ? "27" : "29" });
  const { razorpay_subscription_id: subscription_id } = await customer.api<{ razorpay_subscription_id: string }>(
    ...(["POST", "billing/subscription", { plan_id }] as const),
  );
  await shop.account.person.authenticate(subscription_id, { method: METHODS[turn % METHODS.length]! });
  return { customer, subscription_id, move: MOVES[turn % MOVES.length]! };
}

/** What a life's week brings. */
export async function liveOn(shop: Shop, { customer, subscription_id, move }: Life, week: number): Promise<void> {
  const { person, dashboard, books, outcomes } = shop.account;
  const status = () => books.subscriptions().find(({ id }) => id === subscription_id)!.status;
  const bills = new Set(books.invoices().flatMap((one) => (one.subscription_id === subscription_id ? [one.id] : [])));
  const disputes = books.disputes();
  const charge = books
    .payments()
    .findLast(
      ({ id, invoice_id, captured_at, amount_refunded }) =>
        bills.has(invoice_id ?? "") &&
        captured_at !== null &&
        amount_refunded === 0 &&
        disputes.every(({ payment_id }) => payment_id !== id),
    );
  const open = async () =>
    (await customer.api<{ open: { pay_url: string | null }[] }>("GET", "billing")).open.flatMap(({ pay_url }) =>
      pay_url === null ? [] : [pay_url.split("/").at(-1)!],
    );
  const register = async () => {
    const asked = { max_amount_paise: 500_000, method: "upi" };
    const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/mandate", asked);
    await person.pay(order_id, { method: "upi" });
  };
  switch (move) {
    case "pays":
      return;
    case "tops up": {
      if (week % 2) return;
      const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", { credit_micros: 1e8 });
      await person.pay(order_id, { method: "card_domestic" });
      return;
    }
    case "is refunded":
      if (week % 4 === 2 && charge) await dashboard.refund(charge.id);
      return;
    case "is refunded in part":
      if (charge) await dashboard.refund(charge.id, 1_000 + week);
      return;
    case "disputes and loses":
    case "disputes and wins":
      if (week % 6 === 1 && charge) await dashboard.dispute(charge.id);
      if (week % 6 !== 2) return;
      for (const { id, status, payment_id } of disputes) {
        const mine = bills.has(books.payments().find((one) => one.id === payment_id)?.invoice_id ?? "");
        if (mine && status === "open") await dashboard.resolveDispute(id, move.endsWith("wins") ? "won" : "lost");
      }
      return;
    case "cannot pay for a while":
      if (week === 2) outcomes(subscription_id, ["insufficient_funds", "payment_timed_out"]);
      return;
    case "cannot pay any more":
      if (week === 2) outcomes(subscription_id, Array(8).fill("insufficient_funds"));
      if (week > 5 && status() === "halted") await person.changeMethod(subscription_id, { method: "card_domestic" });
      return;
    case "pauses":
      if (week % 5 === 2 && status() === "active") await person.pauseSubscription(subscription_id);
      if (week % 5 === 3 && status() === "paused") await person.resumeSubscription(subscription_id);
      return;
    case "cancels":
      if (week === 5) await person.cancelSubscription(subscription_id);
      return;
    case "leaves at the end":
      if (week === 6) await customer.api("POST", "billing/subscription/cancel", { at: "cycle_end" });
      return;
    case "uses more by mandate":
      if (week === 0) await register();
      await customer.spend(1);
      return;
    case "uses more by link":
      if (week % 3 === 0) await customer.spend(1);
      for (const link of await open()) await person.payLink(link, { method: "upi" });
      return;
    case "ends its mandate":
      if (week === 0) await register();
      if (week === 3) await person.pauseToken(await tokenOf(customer));
      if (week === 6) await person.cancelToken(await tokenOf(customer));
      return;
  }
}

const tokenOf = async (customer: Customer): Promise<string> =>
  (await customer.api<{ data: { token_id: string }[] }>("GET", "billing/mandate")).data[0]!.token_id;

/** Another product of the same merchant sells on the same account: orders that are none of ours, and paid. */
export async function sellElsewhere({ razorpay, account }: Shop, orders: number): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${account.key_id}:${account.key_secret}`).toString("base64")}`;
  for (let sold = 0; sold < orders; sold++) {
    const answer = await fetch(`${razorpay.url}/v1/orders`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify({ amount: 10_000, currency: "INR", notes: { shop: "other product" } }),
    });
    const { id } = (await answer.json()) as { id: string };
    await account.person.pay(id, { method: "upi" });
  }
}
