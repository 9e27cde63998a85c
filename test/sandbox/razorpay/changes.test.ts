import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DAY } from "../../../src/kernel/clock.ts";
import { fixture } from "./shape.ts";
import { openSimulated, passDays, type Simulated, type Wire } from "./simulator.ts";
import { aPlan, aSubscription, made, seconds, seen } from "./stories.ts";

/** Updates of subscriptions and add-ons to them: what is left of both in India is nothing, and abroad they are as documented. */

let world: Simulated;
beforeEach(async () => {
  world = await openSimulated();
});
afterEach(() => world.close());

const ERRORS = fixture("examples/errors.json") as Record<string, { body: unknown }>;
const ADDON = { item: { name: "Usage", amount: 76_582, currency: "INR" }, quantity: 1 };
const patch = (id: string, change: Wire) => world.call("PATCH", `/subscriptions/${id}`, change);
const subscription = (id: string) => seen(world, `/subscriptions/${id}`);
const invoicesOf = async (id: string) =>
  (await seen(world, `/invoices?subscription_id=${id}&count=100`)).items as { amount: number; line_items: Wire[] }[];

describe("what each method refuses", () => {
  test.each([
    ["card_domestic", "update_domestic_card_400", "addon_domestic_card_400"],
    ["upi", "update_upi_400", "addon_upi_400"],
  ] as const)("%s: a change, and an add-on", async (method, update, addon) => {
    const id = await aSubscription(world, method);
    expect((await patch(id, { quantity: 2 })).body).toEqual(ERRORS[update]!.body);
    expect((await world.call("POST", `/subscriptions/${id}/addons`, ADDON)).body).toEqual(ERRORS[addon]!.body);
    expect((await subscription(id)).quantity).toBe(1);
  });

  test("emandate: both, too", async () => {
    const id = await aSubscription(world, "emandate");
    expect((await patch(id, { quantity: 2 })).status).toBe(400);
    await expect(world.sdk.subscriptions.createAddon(id, ADDON)).rejects.toMatchObject({ statusCode: 400 });
  });

  test("a card of an Indian bank may still be given another offer, at the end of its cycle", async () => {
    const id = await aSubscription(world, "card_domestic", { offer_id: "offer_AAAAAAAAAAAAAA" });
    expect((await patch(id, { offer_id: "offer_BBBBBBBBBBBBBB" })).status).toBe(400);
    expect((await patch(id, { offer_id: "offer_BBBBBBBBBBBBBB", schedule_change_at: "cycle_end" })).status).toBe(200);
    await passDays(world, 32);
    expect((await subscription(id)).offer_id).toBe("offer_BBBBBBBBBBBBBB");
    await world.sdk.subscriptions.deleteOffer(id, "offer_BBBBBBBBBBBBBB");
    expect((await subscription(id)).offer_id).toBeNull();
    expect((await world.call("DELETE", `/subscriptions/${id}/offer_BBBBBBBBBBBBBB`)).status).toBe(400);
  });

  test("nothing changes of what is not running, by unknown fields, or by none", async () => {
    const id = await aSubscription(world, null);
    expect((await patch(id, { quantity: 2 })).body).toEqual(ERRORS.update_wrong_state_400!.body);
    const abroad = await aSubscription(world, "card_international");
    for (const change of [{}, { status: "active" }, { quantity: 0 }, { quantity: 2, schedule_change_at: "soon" }])
      expect((await patch(abroad, change)).status).toBe(400);
  });

  test("add-ons can be on for a method that has none today", async () => {
    world.account.knobs.addonMethods = ["card_domestic", "upi", "emandate"];
    for (const method of ["card_domestic", "upi", "emandate"] as const) {
      const id = await aSubscription(world, method);
      expect((await world.call("POST", `/subscriptions/${id}/addons`, ADDON)).status).toBe(200);
    }
  });

  test("add-ons can be off for every method", async () => {
    world.account.knobs.addonMethods = [];
    const id = await aSubscription(world, "card_international");
    expect((await world.call("POST", `/subscriptions/${id}/addons`, ADDON)).status).toBe(400);
  });
});

describe("a change now", () => {
  test("charges the difference for the days that are left", async () => {
    const id = await aSubscription(world, "card_international", { amount: 300_000 });
    await world.pass(10 * DAY);
    world.heard();
    const before = await subscription(id);
    expect((await patch(id, { quantity: 2 })).body).toMatchObject({ quantity: 2, current_end: before.current_end });
    const [change] = await invoicesOf(id);
    expect(change!.amount).toBeGreaterThan(180_000);
    expect(change!.amount).toBeLessThan(220_000);
    await world.server.run();
    expect(world.heard()).toEqual(expect.arrayContaining(["subscription.updated", "payment.captured", "invoice.paid"]));
  });

  test("gives back the difference where it becomes cheaper", async () => {
    const id = await aSubscription(world, "card_international", { amount: 300_000, quantity: 2 });
    await patch(id, { quantity: 1 });
    const [refund] = world.account.books.refunds();
    expect(refund!.amount).toBeGreaterThan(280_000);
    expect(await invoicesOf(id)).toHaveLength(1);
  });

  test("of a few paise is refused", async () => {
    const id = await aSubscription(world, "card_international", { amount: 100_000 });
    const { id: plan_id } = await aPlan(world, 100_020);
    expect((await patch(id, { plan_id })).status).toBe(400);
    expect((await subscription(id)).plan_id).not.toBe(plan_id);
  });

  test("that cannot be charged does not happen", async () => {
    const id = await aSubscription(world, "card_international");
    const before = await subscription(id);
    const { id: plan_id } = await aPlan(world, 900_000, { period: "yearly" });
    for (const change of [{ quantity: 3 }, { plan_id }]) {
      world.account.outcomes(id, ["insufficient_funds"]);
      expect((await patch(id, change)).status).toBe(400);
      expect(await subscription(id)).toEqual(before);
    }
  });

  test("to another rhythm begins a cycle of its own", async () => {
    const id = await aSubscription(world, "card_international");
    await world.pass(5 * DAY);
    const { id: plan_id } = await aPlan(world, 900_000, { period: "yearly" });
    const { body } = await patch(id, { plan_id });
    expect(body.current_start).toBe(seconds(world.clock.now()));
    expect((Number(body.current_end) - Number(body.current_start)) / 86_400).toBeGreaterThan(363);
    expect((await invoicesOf(id))[0]!.amount).toBe(900_000);
    await passDays(world, 40);
    expect(await invoicesOf(id)).toHaveLength(2);
  });

  test("of the count moves its end", async () => {
    const id = await aSubscription(world, "card_international");
    expect((await patch(id, { remaining_count: 5 })).body).toMatchObject({ remaining_count: 5, total_count: 6 });
  });
});

describe("a change at the end of the cycle", () => {
  test("is shown, moves no money, and comes with the next cycle", async () => {
    const id = await aSubscription(world, "card_international", { amount: 100_000 });
    const { current_end } = await subscription(id);
    const changed = await world.sdk.subscriptions.update(id, { quantity: 3, schedule_change_at: "cycle_end" });
    expect(changed).toMatchObject({ quantity: 1, has_scheduled_changes: true, change_scheduled_at: current_end });
    expect(await world.sdk.subscriptions.pendingUpdate(id)).toMatchObject({ quantity: 3 });
    expect(await invoicesOf(id)).toHaveLength(1);
    await passDays(world, 32);
    expect(await subscription(id)).toMatchObject({ quantity: 3, has_scheduled_changes: false });
    expect((await invoicesOf(id))[0]!.amount).toBe(300_000);
  });

  test("can be dropped until then", async () => {
    const id = await aSubscription(world, "card_international");
    await patch(id, { quantity: 3, schedule_change_at: "cycle_end" });
    expect(await world.sdk.subscriptions.cancelScheduledChanges(id)).toMatchObject({ has_scheduled_changes: false });
    await expect(world.sdk.subscriptions.pendingUpdate(id)).rejects.toMatchObject({ statusCode: 400 });
    await passDays(world, 32);
    expect((await subscription(id)).quantity).toBe(1);
  });
});

test("what has not begun can be moved to another day", async () => {
  const start_at = seconds(world.clock.now() + 10 * DAY);
  const id = await aSubscription(world, "card_international", { start_at });
  expect((await patch(id, { start_at: start_at + 86_400 * 5 })).status).toBe(200);
  await passDays(world, 12);
  expect((await subscription(id)).status).toBe("authenticated");
  await passDays(world, 4);
  expect((await subscription(id)).status).toBe("active");
});

describe("add-ons", () => {
  test("come with the next invoice, once", async () => {
    const id = await aSubscription(world, "card_international", { amount: 100_000 });
    const { id: addon } = await world.sdk.subscriptions.createAddon(id, { ...ADDON, quantity: 2 });
    await passDays(world, 32);
    const [invoice] = await invoicesOf(id);
    expect(invoice).toMatchObject({ amount: 100_000 + 2 * 76_582, line_items: [{ type: "plan" }, { type: "addon" }] });
    expect((await world.sdk.addons.fetch(addon)).invoice_id).toMatch(/^inv_/);
    await passDays(world, 31);
    expect((await invoicesOf(id))[0]!.amount).toBe(100_000);
  });

  test("can be deleted until they are on an invoice", async () => {
    const id = await aSubscription(world, "card_international");
    const first = await world.sdk.subscriptions.createAddon(id, ADDON);
    expect(await world.sdk.addons.delete(first.id)).toEqual([]);
    const { id: addon } = await world.sdk.subscriptions.createAddon(id, ADDON);
    expect((await world.sdk.addons.all()).items.map((one) => one.id)).toEqual([addon]);
    await passDays(world, 32);
    await expect(world.sdk.addons.delete(addon)).rejects.toMatchObject({ statusCode: 400 });
  });

  test("are in the plan's currency, of a rupee at least, and known by their fields", async () => {
    const id = await aSubscription(world, "card_international");
    for (const item of [
      { ...ADDON.item, currency: "USD" },
      { ...ADDON.item, amount: 99 },
      { ...ADDON.item, notes: {} },
    ])
      expect((await world.call("POST", `/subscriptions/${id}/addons`, { item })).status).toBe(400);
  });

  test("that were agreed upfront are on the first invoice, for every method", async () => {
    const addons = [{ item: { name: "Set-up", amount: 50_000, currency: "INR" } }];
    const id = await aSubscription(world, "upi", { amount: 100_000, addons });
    expect(await invoicesOf(id)).toMatchObject([
      { amount: 150_000, line_items: [{ type: "plan" }, { type: "addon" }] },
    ]);
    await passDays(world, 32);
    expect((await invoicesOf(id))[0]!.amount).toBe(100_000);
    const { id: plan_id } = await aPlan(world);
    const six = Array.from({ length: 6 }, () => addons[0]);
    expect((await world.call("POST", "/subscriptions", { plan_id, total_count: 1, addons: six })).status).toBe(400);
  });

  test("that were agreed upfront are what a start in the future takes at once, and keeps", async () => {
    const addons = [{ item: { name: "Set-up", amount: 50_000, currency: "INR" } }];
    const start_at = seconds(world.clock.now() + 5 * DAY);
    const id = await aSubscription(world, "card_domestic", { amount: 100_000, addons, start_at });
    expect((await subscription(id)).status).toBe("authenticated");
    await passDays(world, 7);
    expect(world.account.books.totals()).toMatchObject({ captured_paise: 150_000, refunded_paise: 0 });
    const lines = (await invoicesOf(id)).map(({ line_items }) => line_items.map(({ type }) => type));
    expect(lines).toEqual([["plan"], ["addon"]]);
  });
});

test("a subscription lasts no longer than allowed: a hundred years, or thirty", async () => {
  const { id: plan_id } = await aPlan(world);
  expect((await world.call("POST", "/subscriptions", { plan_id, total_count: 1_201 })).status).toBe(400);
  await made(world, "/subscriptions", { plan_id, total_count: 1_200 });
  world.account.knobs.longestYears = 30;
  expect((await world.call("POST", "/subscriptions", { plan_id, total_count: 361 })).status).toBe(400);
});
