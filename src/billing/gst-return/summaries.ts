import type { Reader } from "../../db/database.ts";
import { decimalOf } from "../documents/paper.ts";
import { selfInvoicesOf } from "../self-invoices/store.ts";
import { percentOf, placeOf } from "./cells.ts";
import type { Period } from "./store.ts";
import { creditsOf, suppliesOf } from "./supplies.ts";
import type { Supply, Table } from "./supply.ts";

/** The tables that stand for many documents in a row. */

interface Sum {
  taxable: number;
  igst: number;
  cgst: number;
  sgst: number;
}

/** What was supplied, less what was taken back, by a key of the supply; sorted by it. */
async function summedBy(
  read: Reader,
  period: Period,
  tables: readonly Table[],
  keyOf: (supply: Supply) => string,
): Promise<readonly (readonly [key: string, sum: Sum])[]> {
  const sums = new Map<string, Sum>();
  const add = (supply: Supply, sign: 1 | -1) => {
    if (!tables.includes(supply.table)) return;
    const key = keyOf(supply);
    const sum = sums.get(key) ?? { taxable: 0, igst: 0, cgst: 0, sgst: 0 };
    sum.taxable += sign * supply.taxable_paise;
    sum.igst += sign * supply.igst_paise;
    sum.cgst += sign * supply.cgst_paise;
    sum.sgst += sign * supply.sgst_paise;
    sums.set(key, sum);
  };
  for await (const supply of suppliesOf(read, period)) add(supply, 1);
  for await (const credit of creditsOf(read, period)) add(credit, -1);
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** To those who are not registered: a row for each place and rate. */
export async function* smallRows(read: Reader, period: Period): AsyncGenerator<readonly string[]> {
  const sums = await summedBy(
    read,
    period,
    ["b2cs"],
    ({ place_of_supply, rate_ppm }) => `${place_of_supply} ${rate_ppm}`,
  );
  for (const [key, { taxable }] of sums) {
    const [place, rate] = key.split(" ");
    yield ["OE", placeOf(place!), "", percentOf(Number(rate)), decimalOf(taxable), "", ""];
  }
}

/** By SAC and rate, with the taxes: what these sum to is what the journal has on its tax accounts. Services have no unit and no quantity. */
export const hsnRows = (tables: readonly Table[]) =>
  async function* (read: Reader, period: Period): AsyncGenerator<readonly string[]> {
    const sums = await summedBy(read, period, tables, ({ sac, rate_ppm }) => `${sac} ${rate_ppm}`);
    for (const [key, { taxable, igst, cgst, sgst }] of sums) {
      const [sac, rate] = key.split(" ");
      const value = taxable + igst + cgst + sgst;
      yield [
        ...[sac!, "", "NA", "0", decimalOf(value), percentOf(Number(rate)), decimalOf(taxable)],
        ...[decimalOf(igst), decimalOf(cgst), decimalOf(sgst), ""],
      ];
    }
  };

type Numbered = Pick<Supply, "number">;

/** The numbers that were given, series by series: there are no gaps in them, and none is ever cancelled. */
export async function* documentRows(read: Reader, period: Period): AsyncGenerator<readonly string[]> {
  yield* seriesRows("Invoices for outward supply", suppliesOf(read, period));
  yield* seriesRows("Invoices for inward supply from unregistered person", await selfInvoicesOf(read, period));
  yield* seriesRows("Credit Note", creditsOf(read, period));
}

async function* seriesRows(
  nature: string,
  supplies: AsyncIterable<Numbered> | readonly Numbered[],
): AsyncGenerator<readonly string[]> {
  const all = new Map<string, { from: string; to: string; count: number }>();
  for await (const { number } of supplies) {
    const series = number.slice(0, number.lastIndexOf("/"));
    const known = all.get(series) ?? { from: number, to: number, count: 0 };
    if (positionOf(number) < positionOf(known.from)) known.from = number;
    if (positionOf(number) > positionOf(known.to)) known.to = number;
    known.count += 1;
    all.set(series, known);
  }
  for (const { from, to, count } of all.values()) yield [nature, from, to, String(count), "0"];
}

const positionOf = (number: string): number => Number(number.slice(number.lastIndexOf("/") + 1));
