import { z } from "zod";
import type { Reader } from "../../db/database.ts";
import { QueryInt, Ref } from "../../http/fields.ts";
import { type Instant, iso } from "../../kernel/clock.ts";
import { findTenant } from "../../tenants/store.ts";
import type { Row } from "../csv.ts";
import { wrong } from "../usage/query.ts";
import { countOpenInvoices, type OpenAfter, sumOpenInvoices } from "./store.ts";

export const AgeingQuery = z.strictObject({
  tenant_id: Ref.optional(),
  limit: QueryInt.pipe(z.number().min(1).max(1000)).default(100),
  after_id: Ref.optional(),
  format: z.enum(["json", "csv"]).default("json"),
});
type Query = z.infer<typeof AgeingQuery>;

export const AGEING_COLUMNS = [
  ...["customer_id", "tenant_id", "currency", "invoices", "open_paise", "not_due_paise", "days_0_30_paise"],
  ...["days_30_60_paise", "days_60_90_paise", "days_90_paise", "oldest_due_at"],
] as const;

/** What each customer owes by open invoices, by the days since it was due: a row for each and each currency, in the order of their ids. */
export async function ageingReport(read: Reader, query: Query, now: Instant) {
  const { limit } = query;
  const after = query.after_id === undefined ? undefined : afterOf(query.after_id);
  const rows = await sumOpenInvoices(read, { ...(await filterOf(read, query)), now, after, limit: limit + 1 });
  const page = rows.slice(0, limit);
  return {
    at: iso(now),
    data: page.map(presented),
    has_more: rows.length > limit,
    first_id: page[0] ? idOf(page[0]) : null,
    last_id: page.length ? idOf(page.at(-1)!) : null,
  };
}

const ROWS_AT_ONCE = 1_000;

/** Every row, in pages. */
export async function* everyOpen(read: Reader, query: Query, now: Instant): AsyncGenerator<Row[]> {
  const filter = await filterOf(read, query);
  for (let after: OpenAfter | undefined; ; ) {
    const rows = await sumOpenInvoices(read, { ...filter, now, after, limit: ROWS_AT_ONCE });
    if (!rows.length) return;
    yield rows.map(presented);
    after = rows.at(-1);
  }
}

export const countOpen = async (read: Reader, query: Query): Promise<number> =>
  countOpenInvoices(read, await filterOf(read, query));

const filterOf = async (read: Reader, { tenant_id }: Query) => ({
  tenant_id: tenant_id === undefined ? undefined : (await findTenant(read, tenant_id)).id,
});

type Open = Awaited<ReturnType<typeof sumOpenInvoices>>[number];
const presented = ({ oldest_due_at, ...row }: Open) => ({ ...row, oldest_due_at: iso(oldest_due_at) });

/** A customer may owe in several currencies: a row is named by both. */
const idOf = ({ customer_id, currency }: OpenAfter): string => `${customer_id}.${currency}`;

function afterOf(id: string): OpenAfter {
  const [, customer_id, currency] = /^(.+)\.([A-Z]{3})$/.exec(id) ?? [];
  if (customer_id === undefined || currency === undefined)
    throw wrong("after_id", "is not the last_id of a page of this report");
  return { customer_id, currency };
}
