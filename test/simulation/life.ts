import { DAY, SECOND } from "../../src/kernel/clock.ts";
import type { Shop } from "../billing/shop.ts";
import type { Cast, Payer } from "./cast.ts";
import type { Dice } from "./dice.ts";

/** What payers do in a week, and what happens to them. Every act may be refused: what counts is what the books say of it at the end. */

interface Billing {
  readonly standing: string;
  readonly mandate: object | null;
  readonly open: readonly { invoice_id: string; kind: string; open_paise: number; pay_url: string | null }[];
}
interface Subscription {
  readonly status: string;
  readonly collection: string;
  readonly razorpay_subscription_id: string | null;
}
/** Razorpay refuses to give back what is older than half a year. */
const REFUNDABLE_MS = 180 * DAY;
const FAILURES = ["insufficient_funds", "payment_declined"];

export async function liveWeek(shop: Shop, cast: Cast, payer: Payer, dice: Dice): Promise<void> {
  const { speak, method } = payer;
  if (dice.chance(0.75)) await use(shop, payer, dice);
  if (method === null || dice.chance(0.1)) await topUp(payer, dice);
  const billing = await speak.api<Billing>("GET", "billing");
  await payWhatIsOpen(shop, payer, billing, dice);
  if (method === null) {
    if (dice.chance(0.1)) await speak.try("POST", "billing/subscription", { plan_id: cast.prepaidPlan });
  } else {
    await subscribeOrAct(cast, payer, dice);
    if (payer.currency === "INR" && !billing.mandate && dice.chance(0.4)) await registerMandate(payer, dice);
  }
  if (dice.chance(0.05)) await speak.try("POST", "billing/promotions", { code: "WELCOME" });
  await whatHappens(shop, payer, dice);
}

/** Some calls; what they answer (an answer, or a refusal for want of quota) is a matter of the books. */
async function use(shop: Shop, { key, currency }: Payer, dice: Dice): Promise<void> {
  for (let calls = dice.between(1, 3); calls > 0; calls--) {
    const output = dice.between(100, currency === "USD" ? 2_000 : 5_000);
    const answer = await shop.messages(key, {
      max_tokens: output + 1_000,
      messages: [{ role: "user", content: `[[output_tokens=${output}]] go` }],
    });
    await answer.text();
    if (![200, 402].includes(answer.status)) throw new Error(`a call was answered with ${answer.status}`);
    if (answer.status === 402) return;
  }
}

async function topUp({ speak, account, method, currency }: Payer, dice: Dice): Promise<void> {
  if (!dice.chance(0.3)) return;
  const credit_micros = dice.between(5, 50) * (currency === "USD" ? 1_000_000 : 100_000_000);
  const { order_id } = await speak.api<{ order_id: string }>("POST", "billing/topups", { credit_micros });
  const how = method === "card_international" ? method : dice.of(["upi", "card_domestic"] as const);
  try {
    const answer = await account.person.pay(order_id, {
      method: how,
      fail: dice.chance(0.1) ? dice.of(FAILURES) : undefined,
    });
    if (dice.chance(0.5)) await speak.api("POST", "billing/topups/verify", answer);
  } catch (error) {
    if (!/the payment failed/.test(String(error))) throw error;
  }
}

async function payWhatIsOpen(shop: Shop, { account, method }: Payer, { open }: Billing, dice: Dice): Promise<void> {
  for (const { invoice_id, kind, open_paise, pay_url } of open) {
    const fate = dice.between(1, 100);
    if (pay_url && fate <= 60) {
      const id = pay_url.split("/").at(-1)!;
      const how = method === "card_international" ? method : dice.of(["upi", "card_domestic"] as const);
      await account.person.payLink(id, { method: how }).catch(() => {});
    } else if (fate <= 64) {
      const tds_paise = Math.floor(open_paise / 10);
      await attempt(shop, `invoices/${invoice_id}/payments`, {
        ...{ amount_paise: open_paise - tds_paise, tds_paise, reference: `NEFT ${invoice_id}` },
      });
    } else if (fate <= 66) {
      await attempt(shop, `invoices/${invoice_id}/write_off`, { reason: "it will not be paid" });
    } else if (fate <= 70 && kind === "overage") {
      const amount_paise = Math.max(1, Math.floor(open_paise / dice.between(2, 5)));
      await attempt(shop, `invoices/${invoice_id}/credit_notes`, { amount_paise, reason: "goodwill" });
    }
  }
}

async function subscribeOrAct(cast: Cast, payer: Payer, dice: Dice): Promise<void> {
  const { speak, account } = payer;
  const method = payer.method!;
  const { status, body } = await speak.try("GET", "billing/subscription");
  const current = status === 200 ? (body as unknown as Subscription) : null;
  const id = current?.razorpay_subscription_id ?? null;
  if (!current || ["cancelled", "completed", "expired", "created"].includes(current.status)) {
    if (dice.chance(0.7)) await subscribe(cast, payer, dice);
    return;
  }
  if (id === null) return;
  if (["pending", "halted"].includes(current.status) && dice.chance(0.5)) {
    await account.person
      .changeMethod(id, { method: method.startsWith("card") ? method : "card_domestic" })
      .catch(() => {});
  }
  if (current.status === "paused" && dice.chance(0.7)) await speak.try("POST", "billing/subscription/resume", {});
  if (current.status !== "active") return;
  const fate = dice.between(1, 1_000);
  if (fate <= 60) account.outcomes(id, failures(dice));
  else if (fate <= 70) await speak.try("POST", "billing/subscription/pause", {});
  else if (fate <= 80) await speak.try("POST", "billing/subscription/cancel", { at: "cycle_end" });
  else if (fate <= 90) await speak.try("POST", "billing/subscription/cancel", { at: "now" });
  else if (fate <= 95) await account.person.cancelSubscription(id);
  else if (fate <= 125) await changePlan(cast, payer, dice);
}

const failures = (dice: Dice): string[] => Array.from({ length: dice.between(1, 4) }, () => dice.of(FAILURES));

async function subscribe(cast: Cast, payer: Payer, dice: Dice): Promise<void> {
  const plan_id = dice.of(cast.plans[payer.currency]);
  await approve(payer, await payer.speak.try("POST", "billing/subscription", { plan_id }), dice);
}

async function changePlan(cast: Cast, payer: Payer, dice: Dice): Promise<void> {
  const asked = { plan_id: dice.of(cast.plans[payer.currency]), when: dice.of(["now", "cycle_end"] as const) };
  await approve(payer, await payer.speak.try("POST", "billing/subscription/change", asked), dice);
}

/** At Checkout, with the answer brought back or not. */
async function approve(
  { speak, account, method }: Payer,
  made: Awaited<ReturnType<Payer["speak"]["try"]>>,
  dice: Dice,
): Promise<void> {
  const id = made.body.razorpay_subscription_id as string | undefined;
  if (made.status !== 201 || !id || dice.chance(0.1)) return;
  try {
    const answer = await account.person.authenticate(id, {
      ...{ method: method!, fail: dice.chance(0.1) ? dice.of(FAILURES) : undefined },
    });
    if (dice.chance(0.5)) await speak.api("POST", "billing/subscription/verify", answer);
  } catch (error) {
    if (!/the payment failed/.test(String(error))) throw error;
  }
}

async function registerMandate({ speak, account, method }: Payer, dice: Dice): Promise<void> {
  const kind = method === "emandate" ? "emandate" : method === "upi" ? "upi" : "card";
  const { status, body } = await speak.try("POST", "billing/mandate", {
    ...{ method: kind, max_amount_paise: dice.of([500_000, 1_000_000, 1_500_000]) },
  });
  if (status !== 201) return;
  const answer = await account.person
    .pay(String(body.order_id), { method: kind === "card" ? "card_domestic" : kind })
    .catch(() => null);
  if (answer && dice.chance(0.5)) await speak.try("POST", "billing/mandate/verify", answer);
}

/** At the bank, at the dashboard, and in the operator's office. */
async function whatHappens(shop: Shop, payer: Payer, dice: Dice): Promise<void> {
  const { account, customer_id } = payer;
  const mine = (notes: object) => (notes as { customer_id?: string }).customer_id === customer_id;
  const tokens = account.books.tokens().filter(({ recurring_details }) => recurring_details.status === "confirmed");
  if (tokens.length && dice.chance(0.05)) account.outcomes(dice.of(tokens).id, failures(dice));
  if (tokens.length && dice.chance(0.003)) await account.person.cancelToken(dice.of(tokens).id);
  const paid = account.books
    .payments()
    .filter(({ notes, status, amount }) => status === "captured" && amount > 0 && mine(notes));
  if (paid.length && dice.chance(0.02))
    await attempt(shop, "refunds", { payment_id: dice.of(paid).id, reason: "they asked for it" });
  if (paid.length && dice.chance(0.006)) {
    const payment = dice.of(paid);
    const left = payment.amount - payment.amount_refunded;
    const young = payment.created_at * SECOND > shop.clock.now() - REFUNDABLE_MS;
    if (young && left >= 200) await account.dashboard.refund(payment.id, Math.floor(left / dice.between(1, 2)));
  }
  if (paid.length && dice.chance(0.006)) {
    const payment = dice.of(paid);
    if (payment.amount_refunded === 0) await account.dashboard.dispute(payment.id);
  }
  for (const { id, status } of account.books.disputes())
    if (status === "open" && dice.chance(0.3))
      await account.dashboard.resolveDispute(id, dice.of(["won", "lost", "closed"] as const));
}

/** What an administrator tries; a refusal is an answer, an error of ours is none. */
async function attempt(shop: Shop, path: string, body: object): Promise<void> {
  await shop.admin("POST", path, body).catch((error: Error) => {
    if (/: 5\d\d /.test(error.message)) throw error;
  });
}
