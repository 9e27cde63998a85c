import { z } from "zod";
import type { Reader } from "../../db/database.ts";
import { QueryInt, Ref, Time, Timezone } from "../../http/fields.ts";
import { type Instant, iso } from "../../kernel/clock.ts";
import type { TenantId } from "../../kernel/id.ts";
import { labelOf } from "../../usage/report.ts";
import { type Bucket, bucketsOf, type Range, UNITS, type Unit } from "../../usage/rollups/spans.ts";
import type { RowKey } from "../../usage/rollups/store.ts";
import type { Row } from "../csv.ts";
import { idOf, keyOf } from "../usage/pages.ts";
import { selected, wrong } from "../usage/query.ts";
import { countFlows, type FlowName, type FlowRow, SOURCES, sumFlows } from "./store.ts";

export type { FlowName };
export const FLOWS = SOURCES;
const GROUPS = [...UNITS, "tenant", "customer", "method", "purpose"] as const;

export const FlowQuery = z.strictObject({
  from: Time.optional(),
  to: Time.optional(),
  tz: Timezone.optional(),
  tenant_id: Ref.optional(),
  group_by: z
    .string()
    .max(100)
    .transform((text) => (text === "" ? [] : text.split(",").map((name) => name.trim())))
    .pipe(z.array(z.enum(GROUPS, { error: `must be of ${GROUPS.join(", ")}` })))
    .refine((names) => new Set(names).size === names.length, "names something twice")
    .default(["month"]),
  limit: QueryInt.pipe(z.number().min(1).max(1000)).default(100),
  after_id: z.string().min(1).max(1_000).optional(),
  format: z.enum(["json", "csv"]).default("json"),
});
type Query = z.infer<typeof FlowQuery>;

/** A report that is ready to be read. */
interface OpenFlow {
  readonly flow: FlowName;
  readonly tenant_id?: TenantId;
  readonly by: readonly string[];
  readonly unit: Unit | null;
  readonly range: Range;
  readonly timezone: string;
  readonly buckets: readonly Bucket[];
}

/** What the books say of a range: revenue as it was booked, or what was collected as it was captured. */
export async function openFlow(read: Reader, flow: FlowName, query: Query, now: Instant): Promise<OpenFlow> {
  const { group_by, from, to, tz, tenant_id } = query;
  const units = UNITS.filter((unit) => group_by.includes(unit));
  if (units.length > 1) throw wrong("group_by", `has at most one of ${UNITS.join(", ")}`);
  const unit = units[0] ?? null;
  const by = group_by.filter((name) => name !== unit);
  const unknown = by.find((name) => !(name in SOURCES[flow].dimensions));
  if (unknown) throw wrong("group_by", `reports/${flow} is not kept by ${unknown}`);
  const { filter, range, timezone } = await selected(read, { from, to, tz, tenant_id }, now);
  const buckets = [...bucketsOf(range, unit, timezone)];
  return { flow, tenant_id: filter.tenant as TenantId | undefined, by, unit, range, timezone, buckets };
}

export async function flowReport(read: Reader, open: OpenFlow, { limit, after_id, group_by }: Query) {
  const { flow, tenant_id, range, timezone } = open;
  const after = after_id === undefined ? undefined : keyOf(after_id, { by: open.by as never, unit: null });
  const rows = await rowsAfter(read, open, limit + 1, after);
  const page = rows.slice(0, limit);
  const whole = [...bucketsOf(range, null, timezone)];
  const totals = await sumFlows(read, flow, { tenant_id, by: [], buckets: whole, limit: 1_000 });
  return {
    ...{ from: iso(range.from), to: iso(range.to), tz: timezone, group_by },
    data: page.map((row) => presented(open, row)),
    totals: totals.map((row) => figuresOf(flow, row)),
    has_more: rows.length > limit,
    first_id: page[0] ? idOf(page[0]) : null,
    last_id: page.length ? idOf(page.at(-1)!) : null,
  };
}

const ROWS_AT_ONCE = 1_000;

/** Every row, in pages. */
export async function* everyFlow(read: Reader, open: OpenFlow): AsyncGenerator<Row[]> {
  for (let after: RowKey | undefined; ; ) {
    const rows = await rowsAfter(read, open, ROWS_AT_ONCE, after);
    if (!rows.length) return;
    yield rows.map((row) => presented(open, row));
    after = rows.at(-1);
  }
}

export const countFlowRows = (read: Reader, open: OpenFlow): Promise<number> => countFlows(read, open.flow, open);

export const flowColumns = (open: OpenFlow): string[] => {
  const figures = Object.fromEntries(Object.keys(SOURCES[open.flow].figures).map((name) => [name, 0]));
  return Object.keys(presented(open, { at: 0, dimensions: open.by.map(() => ""), currency: "", figures }));
};

const rowsAfter = (read: Reader, { flow, tenant_id, by, buckets }: OpenFlow, limit: number, after?: RowKey) =>
  sumFlows(read, flow, { tenant_id, by, buckets: buckets.filter(({ to }) => !after || to > after.at), after, limit });

const presented = ({ flow, by, unit, timezone }: OpenFlow, row: FlowRow): Row => ({
  ...(unit && { [unit]: labelOf(row.at, unit, timezone) }),
  ...Object.fromEntries(by.map((name, index) => [COLUMNS[name] ?? name, row.dimensions[index] || null])),
  ...figuresOf(flow, row),
});

const COLUMNS: Readonly<Record<string, string>> = { tenant: "tenant_id", customer: "customer_id" };

function figuresOf(flow: FlowName, { figures, currency }: FlowRow): Row {
  if (flow === "collections") {
    const { collected_paise = 0, fee_paise = 0, refunded_paise = 0, disputed_paise = 0 } = figures;
    return { ...figures, net_paise: collected_paise - fee_paise - refunded_paise - disputed_paise, currency };
  }
  const { base_micros = 0, overage_micros = 0, prepaid_micros = 0, breakage_micros = 0, bad_debt_micros = 0 } = figures;
  const earned = base_micros + overage_micros + prepaid_micros + breakage_micros;
  return { ...figures, revenue_micros: earned - bad_debt_micros, currency };
}
