import { afterAll, beforeAll, expect, test } from "vitest";
import { DAY, SECOND } from "../../src/kernel/clock.ts";
import { openShop, type Shop } from "./shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const promote = (fields: Record<string, unknown>) =>
  shop.admin("POST", "promotions", { credit_micros: 50_000_000, ...fields });

test("a code gives its credit to each customer once, however it is typed, and the credit ends", async () => {
  await promote({ code: "diwali-26", credit_days: 30 });
  const customer = await shop.customer();
  expect(await customer.api("POST", "billing/promotions", { code: " Diwali-26 " })).toMatchObject({
    credit_micros: 50_000_000,
  });
  expect((await customer.try("POST", "billing/promotions", { code: "DIWALI-26" })).status).toBe(409);
  expect(await customer.api("GET", "billing")).toMatchObject({
    grants: [{ kind: "promotional", amount_micros: 50_000_000 }],
  });
  expect(await customer.spend(1)).toBe(200);
  await shop.pass(31 * DAY);
  expect(await customer.api("GET", "billing")).toMatchObject({ grants: [] });
});

test("of those who race for the last of it, no more get it than there is", async () => {
  await promote({ code: "THREE", max_redemptions: 3 });
  const customers = await Promise.all(Array.from({ length: 8 }, () => shop.customer()));
  const got = await Promise.all(
    customers.map((customer) => customer.try("POST", "billing/promotions", { code: "three" })),
  );
  expect(got.filter(({ status }) => status === 201)).toHaveLength(3);
  expect(got.filter(({ status }) => status === 409)).toHaveLength(5);
  expect(await shop.admin("GET", "promotions?limit=1")).toMatchObject({ data: [{ code: "THREE", redeemed: 3 }] });
});

test("a code of another tenant, one that is over, and one that was never made give nothing", async () => {
  const [owner, other] = [await shop.customer(), await shop.customer()];
  await promote({ code: "MINE", tenant_id: owner.id });
  await promote({ code: "BRIEF", expires_at: new Date(shop.clock.now() + DAY).toISOString() });
  expect((await other.try("POST", "billing/promotions", { code: "MINE" })).status).toBe(404);
  expect((await other.try("POST", "billing/promotions", { code: "NEVER" })).status).toBe(404);
  await shop.pass(2 * DAY);
  expect((await other.try("POST", "billing/promotions", { code: "BRIEF" })).status).toBe(409);
  expect((await owner.try("POST", "billing/promotions", { code: "MINE" })).status).toBe(201);
  await expect(promote({ code: "MINE" })).rejects.toThrow(/409/);
});

test("who tries ten codes that do not exist waits an hour, also with a right one; nobody else does", async () => {
  await promote({ code: "RIGHT-ONE" });
  const [guesser, other] = [await shop.customer(), await shop.customer()];
  const tried = (code: string) => guesser.try("POST", "billing/promotions", { code });
  const guesses = await Promise.all(Array.from({ length: 12 }, (_, n) => tried(`GUESS-${n}`)));
  expect(guesses.map(({ status }) => status).sort()).toEqual([...Array(10).fill(404), 429, 429]);
  const refused = await fetch(`${shop.url}/api/billing/promotions`, {
    ...{ method: "POST", headers: { "x-api-key": guesser.key, "content-type": "application/json" } },
    body: JSON.stringify({ code: "RIGHT-ONE" }),
  });
  expect(refused.status).toBe(429);
  const seconds = Number(refused.headers.get("retry-after"));
  expect(seconds).toBeGreaterThan(0);
  expect(await other.try("POST", "billing/promotions", { code: "RIGHT-ONE" })).toMatchObject({ status: 201 });
  await shop.pass(seconds * SECOND);
  expect(await tried("RIGHT-ONE")).toMatchObject({ status: 201 });
});
