import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DAY, HOUR } from "../../src/kernel/clock.ts";
import { WEBHOOK_SECRET } from "../support/world.ts";
import { type Customer, openShop, PROFILE, type Shop } from "./shop.ts";

/** A right to debit belongs to who gave it, also where Razorpay sees one person in several customers. */

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

interface Mandate {
  readonly id: string;
  readonly order_id: string;
  readonly status: string;
  readonly method: string;
}
const begun = (customer: Customer, method = "upi") =>
  customer.api<Mandate>("POST", "billing/mandate", { max_amount_paise: 1_000_000, method });
const mandates = async (customer: Customer) =>
  (await customer.api<{ data: Mandate[] }>("GET", "billing/mandate")).data.map(({ id, status, method }) => ({
    ...{ id, status, method },
  }));

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

describe("a mandate that is approved", () => {
  test("is its giver's, and not that of another customer with the same address who has begun one since", async () => {
    const [giver, other] = [await shop.customer(), await shop.customer()];
    for (const customer of [giver, other]) await customer.api("PUT", "billing/profile", PROFILE);
    const { id, order_id } = await begun(giver);
    const { id: waiting } = await begun(other);
    const answer = await shop.account.person.pay(order_id, { method: "upi" });
    await giver.api("POST", "billing/mandate/verify", answer);
    await shop.pass(0);
    expect(await mandates(giver)).toEqual([{ id, status: "confirmed", method: "upi" }]);
    expect(await mandates(other)).toEqual([{ id: waiting, status: "created", method: "upi" }]);
  });

  test("is its giver's also where Razorpay tells of the token before its payment", async () => {
    const [giver, other] = [await shop.customer(), await shop.customer()];
    for (const customer of [giver, other]) await customer.api("PUT", "billing/profile", PROFILE);
    const { id, order_id } = await begun(giver);
    const { id: waiting } = await begun(other);
    const { webhookFaults, books, person } = shop.account;
    webhookFaults.drop = () => true;
    await person.pay(order_id, { method: "upi" });
    await tellOf(books.tokens().at(-1));
    await shop.pass(HOUR);
    delete webhookFaults.drop;
    expect(await mandates(other)).toEqual([{ id: waiting, status: "created", method: "upi" }]);
    expect(await mandates(giver)).toEqual([{ id, status: "confirmed", method: "upi" }]);
  });

  test("is the one that was approved, and not a later one that was left", async () => {
    const customer = await shop.customer();
    const { id, order_id } = await begun(customer);
    const { id: left } = await begun(customer, "card");
    await customer.api(
      ...(["POST", "billing/mandate/verify", await shop.account.person.pay(order_id, { method: "upi" })] as const),
    );
    await shop.pass(0);
    expect(await mandates(customer)).toEqual([
      { id: left, status: "created", method: "card" },
      { id, status: "confirmed", method: "upi" },
    ]);
  });

  test("as an eMandate is registered without a charge, and good once its bank has said so", async () => {
    const customer = await shop.customer();
    const { id, order_id } = await begun(customer, "emandate");
    const answer = await shop.account.person.pay(order_id, { method: "emandate" });
    await customer.api("POST", "billing/mandate/verify", answer);
    expect(shop.account.books.orders().find((order) => order.id === order_id)).toMatchObject({ amount: 0 });
    await shop.pass(2 * DAY);
    expect(await mandates(customer)).toEqual([{ id, status: "confirmed", method: "emandate" }]);
    await shop.balanced();
  });
});
