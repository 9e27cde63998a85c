import { DAY, HOUR } from "../../../src/kernel/clock.ts";
import type { PaymentMethod } from "../../../src/sandbox/razorpay/server.ts";
import type { Simulated, Wire } from "./simulator.ts";

/** What most tests begin with: somebody who subscribes, registers a mandate, pays. All through the API as it is on the wire. */

export async function made(world: Simulated, path: string, body: unknown): Promise<Wire & { readonly id: string }> {
  const answer = await world.call("POST", path, body);
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body as Wire & { id: string };
}

export const seen = async (world: Simulated, path: string): Promise<Wire> => (await world.call("GET", path)).body;

export const seconds = (ms: number): number => Math.floor(ms / 1_000);

export const aPlan = (world: Simulated, amount = 117_882, fields: Wire = {}) =>
  made(world, "/plans", {
    ...{ period: "monthly", interval: 1, item: { name: "Team", amount, currency: "INR", description: "Base fee" } },
    ...fields,
  });

export async function aSubscription(
  world: Simulated,
  method: PaymentMethod | null = "card_domestic",
  { amount, ...fields }: Wire & { amount?: number } = {},
): Promise<string> {
  const plan_id = fields.plan_id ?? (await aPlan(world, amount)).id;
  const { id } = await made(world, "/subscriptions", { plan_id, total_count: 12, notes: { tenant: "t1" }, ...fields });
  if (method) await world.account.person.authenticate(id, { method });
  await world.server.run();
  return id;
}

export const aCustomer = (world: Simulated, fields: Wire = {}) =>
  made(world, "/customers", {
    ...{ name: "A Customer", email: "pay@example.com", contact: "+919800000000", gstin: "29AAACK1234F1Z5" },
    ...{ notes: { tenant: "t1" }, fail_existing: "0", ...fields },
  });

export interface Mandated {
  readonly customer_id: string;
  readonly token: string;
}

/** A mandate, registered by its owner and confirmed by the bank. */
export async function aMandate(
  world: Simulated,
  method: "upi" | "card" | "emandate" = "upi",
  token: Wire = {},
  how: { mandateMaxPaise?: number; dummy?: boolean } = {},
): Promise<Mandated> {
  const { id: customer_id } = await aCustomer(world);
  const order = await made(world, "/orders", {
    ...{ amount: 100, currency: "INR", customer_id, method, receipt: "mandate-1", payment_capture: true },
    token: {
      max_amount: 1_500_000,
      expire_at: seconds(world.clock.now() + 3_650 * DAY),
      frequency: "as_presented",
      ...token,
    },
  });
  await world.account.person.pay(order.id, { method: method === "card" ? "card_domestic" : method, ...how });
  await world.server.run();
  if (method === "emandate") await world.pass(25 * HOUR);
  return { customer_id, token: world.account.books.tokens().at(-1)!.id };
}

/** Asks for a debit; the status and body of the answer, and the order it is on. */
export async function askDebit(world: Simulated, mandate: Mandated, amount: number, order: Wire = {}) {
  const fields = { amount, currency: "INR", payment_capture: true, ...order };
  const order_id = "id" in order ? String(order.id) : (await made(world, "/orders", fields)).id;
  const answer = await world.call("POST", "/payments/create/recurring", {
    ...{ email: "pay@example.com", contact: "+919800000000", amount, currency: "INR", order_id, recurring: true },
    ...{ description: "Usage", notes: { invoice: "I1" }, ...mandate },
  });
  return { ...answer, order_id, payment_id: String(answer.body.razorpay_payment_id) };
}
