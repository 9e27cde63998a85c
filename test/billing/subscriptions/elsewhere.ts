import { openRazorpay, type Razorpay } from "../../../src/billing/razorpay/port.ts";
import type { PaymentMethod } from "../../../src/sandbox/razorpay/server.ts";
import type { Shop } from "../shop.ts";

/** What the operator had at Razorpay before Tollgate: made with other software, which left no word of us in it. */
export function elsewhere(shop: Shop) {
  const { key_id, key_secret } = shop.account;
  const razorpay: Razorpay = openRazorpay({ account_id: "operator", key_id, key_secret, base_url: shop.razorpay.url });

  return {
    razorpay,
    async plan(amount: number, { currency = "INR", period = "monthly", interval = 1 } = {}): Promise<string> {
      return (await razorpay.createPlan({ period, interval, item: { name: "Old plan", amount, currency } })).id;
    },
    /** A subscription that is approved and charged. */
    async subscription(
      plan_id: string,
      { method = "card_domestic" as PaymentMethod, quantity = 1, notes = {} as Record<string, string> } = {},
    ): Promise<string> {
      const { id } = await razorpay.createSubscription({ plan_id, total_count: 60, quantity, notes });
      await shop.account.person.authenticate(id, { method });
      return id;
    },
    /** A mandate that is confirmed, of a customer of Razorpay's. */
    async token(
      email: string,
      { max_amount = 1_000_000, method = "upi" as const, contact = "+919812345678" } = {},
    ): Promise<{ token_id: string; razorpay_customer_id: string }> {
      const customer = await razorpay.createCustomer({ name: "Old customer", email, contact, fail_existing: "0" });
      const order = await razorpay.createOrder({
        ...{ amount: 100, currency: "INR", customer_id: customer.id, method, payment_capture: true },
        token: { max_amount, frequency: "as_presented" },
      });
      await shop.account.person.pay(order.id, { method });
      const [token] = await razorpay.listTokens(customer.id);
      if (!token) throw new Error("no token was registered");
      return { token_id: token.id, razorpay_customer_id: customer.id };
    },
  };
}
