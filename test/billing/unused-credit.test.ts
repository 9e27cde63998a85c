import { and, eq, inArray } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { creditNotes, entries, grants, transfers } from "../../src/db/schema.ts";
import { HOUR } from "../../src/kernel/clock.ts";
import type { TenantId } from "../../src/kernel/id.ts";
import { microsOfPaise } from "../../src/kernel/money.ts";
import { expectMirrored } from "./mirrored.ts";
import { type Customer, openShop, type Shop } from "./shop.ts";

/** What goes back of prepaid credit: the wallets of the journal hold what customers were granted, to the micro, whatever the tax leaves over. */

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

interface Bought {
  readonly customer: Customer;
  readonly payment_id: string;
}

async function buy(credit_micros: number, used = 0): Promise<Bought> {
  const customer = await shop.customer();
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", { credit_micros });
  const { razorpay_payment_id: payment_id } = await shop.account.person.pay(order_id, { method: "card_domestic" });
  await shop.pass(0);
  if (used) await customer.spend(used);
  return { customer, payment_id };
}

const refund = (payment_id: string, amount_paise?: number) =>
  shop.admin("POST", "refunds", { payment_id, amount_paise, reason: "they asked for it" });

async function expectAgreed({ customer }: Bought): Promise<void> {
  await shop.pass(2 * HOUR);
  const tenant_id = customer.id as TenantId;
  const { data } = await shop.admin<{ data: Record<string, unknown>[] }>("GET", "reports/credit_liability?limit=1000");
  expect(data.find((row) => row.tenant_id === tenant_id)).toMatchObject({ agrees: true });
  const { read } = shop.db;
  const notes = await read.select().from(creditNotes).where(eq(creditNotes.tenant_id, tenant_id));
  for (const note of notes) {
    const taxes = note.cgst_paise + note.sgst_paise + note.igst_paise;
    expect(note.taxable_paise + taxes + note.round_off_paise).toBe(note.total_paise);
    expect(Math.abs(note.round_off_paise)).toBeLessThanOrEqual(2);
  }
  const credited = await read
    .select({ amount: entries.amount_micros })
    .from(entries)
    .where(and(eq(entries.ledger_account, "wallet"), inArray(entries.transfer_id, await transfersOf(notes))));
  expect(credited.map(({ amount }) => amount).sort()).toEqual(
    notes.map(({ taxable_paise }) => microsOfPaise(taxable_paise)).sort(),
  );
  await expectMirrored(shop);
}

async function transfersOf(notes: readonly { readonly id: string }[]) {
  const rows = await shop.db.read
    .select({ id: transfers.id })
    .from(transfers)
    .where(
      inArray(
        transfers.source,
        notes.map(({ id }) => `credit_note:${id}`),
      ),
    );
  return rows.map(({ id }) => id);
}

test.each([10_001, 12_346, 17_777, 20_003])("of a top-up, by %i paise and then by all that is left", async (paise) => {
  const bought = await buy(1_700_000_000, 905_118_000);
  await refund(bought.payment_id, paise);
  await expectAgreed(bought);
  await refund(bought.payment_id);
  await expectAgreed(bought);
});

test("of one that was not used at all: nothing is left of its credit, and the credit notes are the invoice", async () => {
  const bought = await buy(333_330_000);
  for (const paise of [101, 9_973]) await refund(bought.payment_id, paise).then(() => shop.pass(2 * HOUR));
  await refund(bought.payment_id);
  await expectAgreed(bought);
  const [grant] = await shop.db.read
    .select()
    .from(grants)
    .where(eq(grants.tenant_id, bought.customer.id as TenantId));
  expect(grant!.amount).toBeLessThanOrEqual(20_000);
});

test("by a refund at Razorpay's dashboard, of more than is left of it", async () => {
  const bought = await buy(500_000_000, 123_456_789);
  await shop.account.dashboard.refund(bought.payment_id, 50_001);
  await expectAgreed(bought);
});

test("of a lost dispute, and when what was used is forgiven by a credit note", async () => {
  const bought = await buy(100_000_000, 61_803_000);
  const { id } = await shop.account.dashboard.dispute(bought.payment_id);
  await shop.account.dashboard.resolveDispute(id, "lost");
  await expectAgreed(bought);
  const { open } = await bought.customer.api<{ open: { invoice_id: string; open_paise: number }[] }>("GET", "billing");
  const [{ invoice_id, open_paise } = { invoice_id: "", open_paise: 0 }] = open;
  const before = await shop.standing("revenue.prepaid");
  await shop.admin("POST", `invoices/${invoice_id}/credit_notes`, {
    ...{ amount_paise: open_paise, reason: "it is forgiven" },
  });
  expect((await shop.standing("revenue.prepaid")) - before).toBeGreaterThan(60_000_000);
  const { data } = await shop.admin<{ data: Record<string, unknown>[] }>("GET", "reports/credit_liability?limit=1000");
  expect(data.find((row) => row.tenant_id === bought.customer.id)).toMatchObject({ agrees: true });
});
