import { afterAll, beforeAll, expect, test } from "vitest";
import { HOUR, MINUTE } from "../../src/kernel/clock.ts";
import { openShop, type Shop } from "./shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

test("while a debit whose answer was lost may be under way no link is sent, though its mandate is paused since", async () => {
  const customer = await shop.customer();
  const plan_id = await shop.plan({
    ...{ price_paise: 50_000, collection: "mandate", pricing: { type: "markup", multiplier_ppm: 20_000_000 } },
    overage: { enabled: true, cap_micros: 60_000_000_000 },
  });
  await customer.api("POST", "billing/subscription", { plan_id });
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/mandate", {
    ...{ max_amount_paise: 1_500_000, method: "upi" },
  });
  shop.account.faults.impose({ method: "POST", path: /create\/recurring/, fault: "commit-then-drop", times: 1 });
  const unseen = shop.account.faults.impose({ method: "GET", path: /^\/orders\/[^/]+\/payments$/, fault: "drop" });
  await shop.account.person.pay(order_id, { method: "upi" });
  const debit = () => shop.account.books.payments().find(({ notes, token_id }) => notes.invoice && token_id);
  for (let minute = 0; minute < 30 && !debit(); minute++) await shop.pass(MINUTE);
  await shop.account.person.pauseToken(debit()!.token_id!);
  await shop.pass(MINUTE);
  unseen();
  await shop.pass(2 * HOUR);
  expect(await customer.api("GET", "billing/mandate")).toMatchObject({ data: [{ status: "paused" }] });
  expect(debit()).toMatchObject({ status: "created" });
  expect(shop.account.books.links()).toEqual([]);
});
