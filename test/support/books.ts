import { asc, eq } from "drizzle-orm";
import { expect } from "vitest";
import { alerts, collections, entries, grants, invoices, mandates, refunds, transfers } from "../../src/db/schema.ts";
import type { Shop } from "../billing/shop.ts";

/** What stands in our books and in Razorpay's, without ids and times: two that lived through the same have the same. */
export type Books = Readonly<Record<string, readonly string[]>>;

const MICROS_PER_PAISA = 10_000;

/** The books of a shop, which must be sound in themselves: nothing unbalanced, no number left out, our money at Razorpay what is there. */
export async function booksOf(shop: Shop): Promise<Books> {
  await shop.balanced();
  const { books } = shop.account;
  const { captured_paise, refunded_paise, deducted_paise, fees_paise } = books.totals();
  const there = (captured_paise - refunded_paise - deducted_paise - fees_paise) * MICROS_PER_PAISA;
  expect(await shop.standing("collector"), "what stands at Razorpay").toBe(there);

  const { read } = shop.db;
  const cut = await read.select().from(invoices).orderBy(asc(invoices.number));
  expect(cut.map(({ number }) => Number(number.split("/").at(-1)))).toEqual(cut.map((_, index) => index + 1));
  const posted = await read.select().from(entries).innerJoin(transfers, eq(entries.transfer_id, transfers.id));
  const lines = <T>(rows: readonly T[], line: (row: T) => readonly unknown[]) =>
    rows.map((row) => line(row).join(" ")).sort();
  return {
    invoices: lines(cut, (row) => [row.kind, row.total_paise, row.paid_paise, row.credited_paise]),
    transfers: lines(posted, ({ transfers: { kind }, entries: { ledger_account, currency, amount_micros } }) => [
      ...[kind, ledger_account, currency, amount_micros],
    ]),
    collections: lines(await read.select().from(collections), (row) => [row.channel, row.state, row.amount_paise]),
    grants: lines(await read.select().from(grants), (row) => [row.kind, row.amount, row.used, row.held]),
    refunds: lines(await read.select().from(refunds), (row) => [row.origin, row.state, row.amount_paise]),
    mandates: lines(
      (await read.select().from(mandates)).filter(({ status }) => status !== "created"),
      (row) => [row.status, row.max_amount_paise],
    ),
    told: lines(await read.select().from(alerts), ({ type }) => [type]),
    payments: lines(books.payments(), (row) => [row.status, row.amount, row.amount_refunded]),
    links: lines(books.links(), (row) => [row.status, row.amount]),
    refunded: lines(books.refunds(), (row) => [row.status, row.amount]),
    subscriptions: lines(books.subscriptions(), (row) => [row.status, row.paid_count]),
  };
}
