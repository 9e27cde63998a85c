import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WEBHOOK_SECRET } from "../support/world.ts";
import { type Customer, openShop, PROFILE, type Shop } from "./shop.ts";

/** Whose mandate a token is. Razorpay has one customer for an e-mail address and a telephone, whoever of ours gave them. */

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

interface Mandate {
  readonly id: string;
  readonly order_id: string;
  readonly status: string;
  readonly token_id: string | null;
}

const SAME = { ...PROFILE, email: "same@example.com", contact: "+919811111111" };

async function asked(): Promise<{ customer: Customer; mandate: Mandate }> {
  const customer = await shop.customer({ profile: false });
  await customer.api("PUT", "billing/profile", SAME);
  const body = { max_amount_paise: 500_000, method: "upi" };
  return { customer, mandate: await customer.api<Mandate>("POST", "billing/mandate", body) };
}
const mandateOf = async ({ api }: Customer) => (await api<{ data: Mandate[] }>("GET", "billing/mandate")).data[0];

/** The event of a token alone, as it may come before that of its payment. */
async function tellOf(token: unknown): Promise<void> {
  const body = JSON.stringify({ event: "token.confirmed", payload: { token: { entity: token } } });
  const answer = await fetch(`${shop.url}/webhooks/razorpay`, {
    ...{ method: "POST", body },
    headers: {
      "x-razorpay-signature": createHmac("sha256", WEBHOOK_SECRET).update(body).digest("hex"),
      "x-razorpay-event-id": `told ${body.length} ${Math.random()}`,
    },
  });
  expect(answer.status).toBe(200);
}

test("a token is the mandate of whoever paid its order, not of another who gave the same e-mail address and telephone", async () => {
  const payer = await asked();
  const other = await asked();
  shop.account.webhook(null);
  const signed = await shop.account.person.pay(payer.mandate.order_id, { method: "upi" });
  const token = shop.account.books.tokens().at(-1)!;
  await tellOf(token);
  await shop.pass(0);
  expect(await mandateOf(other.customer)).toMatchObject({ status: "created", token_id: null });
  expect(await mandateOf(payer.customer)).toMatchObject({ status: "confirmed", token_id: token.id });
  expect(await payer.customer.api("POST", "billing/mandate/verify", { ...signed })).toMatchObject({
    ...{ id: payer.mandate.id, status: "confirmed", token_id: token.id },
  });
});

test("Checkout's answer registers the mandate of its own order", async () => {
  const payer = await asked();
  await asked();
  shop.account.webhook(null);
  const signed = await shop.account.person.pay(payer.mandate.order_id, { method: "upi" });
  expect(await payer.customer.api("POST", "billing/mandate/verify", { ...signed })).toMatchObject({
    ...{ id: payer.mandate.id, status: "confirmed" },
  });
});
