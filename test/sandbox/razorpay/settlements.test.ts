import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HOUR } from "../../../src/kernel/clock.ts";
import { istDate, settlementTime } from "../../../src/sandbox/razorpay/calendar.ts";
import { openSimulated, passDays, type Simulated, type Wire } from "./simulator.ts";
import { made, seconds, seen } from "./stories.ts";

/** What Razorpay pays out, and the disputes that it takes from that. */

let world: Simulated;
beforeEach(async () => {
  world = await openSimulated();
});
afterEach(() => world.close());

async function paid(amount = 100_000): Promise<string> {
  const { id } = await made(world, "/orders", { amount, currency: "INR", receipt: "r1" });
  return (await world.account.person.pay(id, { method: "card_domestic" })).razorpay_payment_id;
}
const rows = async (at = world.clock.now()): Promise<Wire[]> => {
  const { year, month } = istDate(seconds(at));
  return (await seen(world, `/settlements/recon/combined?year=${year}&month=${month}&count=1000`)).items as Wire[];
};

test("a payment is settled two working days later, less the fee and the tax in it", async () => {
  const id = await paid();
  expect(await rows()).toEqual([]);
  await passDays(world, 3);
  expect(await rows()).toMatchObject([
    {
      ...{ entity_id: id, type: "payment", amount: 100_000, fee: 2_360, tax: 360, credit: 97_640, debit: 0 },
      ...{ settled: true, order_receipt: "r1", method: "card", card_network: "Visa" },
    },
  ]);
  const [settlement] = world.account.books.settlements();
  expect(settlement).toMatchObject({ amount: 97_640, status: "processed" });
  expect(world.received.filter(({ type }) => type === "settlement.processed")).toHaveLength(1);
  expect((await seen(world, "/settlements")).count).toBe(1);
  const { year, month, day } = istDate(settlement!.created_at);
  // The client's types take one row for the list.
  expect(await world.sdk.settlements.reports({ year, month, day })).toMatchObject({ items: [{ entity_id: id }] });
  expect(await world.sdk.settlements.reports({ year, month, day: day + 1 })).toMatchObject({ items: [] });
  expect((await world.call("GET", "/settlements/recon/combined?year=2026")).status).toBe(400);
  expect((await world.call("GET", "/settlements/recon/combined?year=2026&month=11&count=1001")).status).toBe(400);
});

test("weekends are no working days", () => {
  const at = (text: string) => seconds(Date.parse(text));
  const day = (text: string) => istDate(settlementTime(at(text))).day;
  expect([day("2026-11-02T12:00:00Z"), day("2026-11-05T12:00:00Z"), day("2026-11-06T12:00:00Z")]).toEqual([4, 9, 10]);
});

test("refunds and lost disputes are taken from it, won ones are not, and the fee stays with Razorpay", async () => {
  const [kept, given, won, lost] = [await paid(), await paid(), await paid(), await paid()];
  await world.account.dashboard.refund(given, 40_000);
  const disputes = [
    await world.account.dashboard.dispute(won),
    await world.account.dashboard.dispute(lost, { amountPaise: 70_000 }),
  ];
  await world.account.dashboard.resolveDispute(disputes[0]!.id, "won");
  await world.account.dashboard.resolveDispute(disputes[1]!.id, "lost");
  await passDays(world, 3);
  const all = await rows();
  const of = (id: string) => all.filter((row) => row.entity_id === id || row.payment_id === id);
  expect(of(kept)).toHaveLength(1);
  expect(of(given).find(({ type }) => type === "refund")).toMatchObject({ debit: 40_000, credit: 0, fee: 0 });
  expect(of(won)).toHaveLength(1);
  expect(of(lost).find(({ type }) => type === "adjustment")).toMatchObject({
    debit: 70_000,
    dispute_id: disputes[1]!.id,
  });
  const { captured_paise, refunded_paise, deducted_paise, fees_paise } = world.account.books.totals();
  const settled = world.account.books.settlements().reduce((sum, { amount }) => sum + amount, 0);
  expect(settled).toBe(captured_paise - refunded_paise - deducted_paise - fees_paise);
});

test("a refund that failed comes back", async () => {
  const id = await paid();
  world.account.knobs.failRefunds = 1;
  await world.account.dashboard.refund(id, 40_000);
  await passDays(world, 5);
  const settled = world.account.books.settlements().reduce((sum, { amount }) => sum + amount, 0);
  expect(settled).toBe(97_640);
});

test("one that would come to nothing waits for more", async () => {
  const id = await paid();
  await passDays(world, 3);
  await world.account.dashboard.refund(id);
  await passDays(world, 5);
  expect(world.account.books.settlements()).toHaveLength(1);
  await paid(500_000);
  await passDays(world, 5);
  expect(world.account.books.settlements()[1]!.amount).toBe(500_000 - 11_800 - 100_000);
});

test("it can bring only a part, and the rest on the next working day", async () => {
  world.account.knobs.partialSettlements = 1;
  await paid();
  await paid();
  await passDays(world, 5);
  expect(world.account.books.settlements().map(({ amount }) => amount)).toEqual([97_640, 97_640]);
});

test("the fee in it can differ from the payment's own", async () => {
  world.account.knobs.settledFeeOffPaise = 7;
  const id = await paid();
  await passDays(world, 3);
  expect(await rows()).toMatchObject([{ fee: 2_367, credit: 97_633 }]);
  expect(await seen(world, `/payments/${id}`)).toMatchObject({ fee: 2_360 });
});

test("one can be less than its rows come to, and the next is whole again", async () => {
  world.account.knobs.settlementShortPaise = 236;
  await paid();
  await passDays(world, 3);
  await paid();
  await passDays(world, 5);
  expect(world.account.books.settlements().map(({ amount }) => amount)).toEqual([97_404, 97_640]);
  expect((await rows()).map(({ credit }) => credit)).toEqual([97_640, 97_640]);
});

test("somebody can pay by a page that no order is behind", async () => {
  const { id } = await world.account.dashboard.strayPayment(12_300, { page: "another" });
  expect(await seen(world, `/payments/${id}`)).toMatchObject({
    ...{ status: "captured", amount: 12_300, order_id: null, invoice_id: null, notes: { page: "another" } },
  });
});

describe("disputes", () => {
  test("are opened, looked at, and decided once; money leaves when one is lost", async () => {
    const id = await paid();
    const { dashboard, books } = world.account;
    const dispute = await dashboard.dispute(id, { amountPaise: 60_000, phase: "fraud" });
    expect(await seen(world, `/disputes/${dispute.id}`)).toMatchObject({
      status: "open",
      phase: "fraud",
      amount_deducted: 0,
    });
    await dashboard.reviewDispute(dispute.id, "under_review");
    await dashboard.reviewDispute(dispute.id, "action_required");
    await dashboard.resolveDispute(dispute.id, "lost");
    expect(books.totals().deducted_paise).toBe(60_000);
    await expect(dashboard.resolveDispute(dispute.id, "won")).rejects.toThrow(/already/);
    await world.server.run();
    expect(world.heard().filter((type) => type.startsWith("payment.dispute"))).toEqual(
      ["created", "under_review", "action_required", "lost"].map((step) => `payment.dispute.${step}`),
    );
    expect((await world.sdk.disputes.all()).items).toMatchObject([{ id: dispute.id, status: "lost" }]);
  });

  test("are accepted by the merchant, which loses them", async () => {
    const { id } = await world.account.dashboard.dispute(await paid());
    expect(await world.sdk.disputes.accept(id)).toMatchObject({ status: "lost", amount_deducted: 100_000 });
  });

  test("are closed without money, and never about more than was paid", async () => {
    const payment = await paid();
    const { dashboard, books } = world.account;
    await expect(dashboard.dispute(payment, { amountPaise: 100_001 })).rejects.toThrow();
    const { id } = await dashboard.dispute(payment, { phase: "retrieval" });
    await dashboard.resolveDispute(id, "closed");
    expect(books.totals().deducted_paise).toBe(0);
    await world.pass(HOUR);
  });
});
