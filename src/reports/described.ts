import { z } from "zod";
import {
  At,
  adminChapter,
  Decimal,
  Id,
  IdOrNull,
  jsonOr,
  MicrosTold,
  named,
  type Operation,
  PaiseTold,
  pageTold,
} from "../http/operation.ts";
import { AgeingQuery } from "./money/ageing.ts";
import { FlowQuery } from "./money/flows.ts";
import { CyclesQuery } from "./money/subscriptions.ts";
import type { KindName } from "./usage/kinds.ts";
import { ReportQuery } from "./usage/query.ts";
import { TopQuery } from "./usage/top.ts";

/** What the routes of this room promise. */

const text = z.string().nullable().optional();
/** A row has those that it is grouped by: a unit of time, and the dimensions with the names that people know. */
const units = { hour: text, day: text, week: text, month: text };
const dimensions = {
  ...{ tenant_id: text, tenant_name: text, user_id: text, user_external_id: text, key_id: text, key_name: text },
  ...{ model: text, plan_version_id: text, tag: text, promotion_id: text, promotion_code: text },
};

const count = z.int();
const ppm = z.int().nullable();
const ms = z.number().nullable();
const cached = { cache_read_tokens: count, cache_write_5m_tokens: count, cache_write_1h_tokens: count };
const tokens = { input_tokens: count, ...cached, output_tokens: count };
const cost = { cost_micros_usd: MicrosTold, cost_usd: Decimal, cost_micros: MicrosTold };
const currency = z.string();
const times = (name: string) =>
  Object.fromEntries(["mean", "p50", "p90", "p95", "p99"].map((p) => [`${name}_${p}_ms`, ms] as const));

const usage = {
  ...{ requests: count, ...tokens, web_searches: count, cost_micros_usd: MicrosTold, cost_usd: Decimal },
  ...{ spend_micros: MicrosTold, uncovered_micros: MicrosTold, currency },
};
/** By the report, what a row has besides what it is grouped by. */
const FIGURES: Readonly<Record<KindName, z.ZodRawShape>> = {
  usage,
  spend: {
    ...{ requests: count, spend_micros: MicrosTold, included_micros: MicrosTold, prepaid_micros: MicrosTold },
    ...{ promotional_micros: MicrosTold, overage_micros: MicrosTold, undrawn_micros: MicrosTold },
    ...{ uncovered_micros: MicrosTold, currency },
  },
  cost: { requests: count, ...tokens, web_searches: count, ...cost, currency },
  margin: {
    ...{ requests: count, spend_micros: MicrosTold, ...cost, margin_micros: MicrosTold, margin_ppm: ppm },
    ...{ promotional_micros: MicrosTold, uncovered_micros: MicrosTold, currency },
  },
  cache: {
    ...{ requests: count, prompt_tokens: count, ...cached, cache_hit_ppm: ppm },
    ...{ cache_saved_micros_usd: MicrosTold, cache_saved_usd: Decimal, currency },
  },
  reliability: {
    ...{ requests: count, errors: count, error_ppm: ppm, disconnects: count, disconnect_ppm: ppm },
    ...{ quota_ends: count, unreconciled: count, currency },
  },
  latency: { requests: count, ...times("first_byte"), ...times("total"), currency },
};
const SUMMARIES: Readonly<Record<KindName, string>> = {
  usage: "Report what was used",
  spend: "Report what is owed for it, and by which credit it was paid",
  cost: "Report what it cost",
  margin: "Report what is left of spend after cost",
  cache: "Report what caching saved",
  reliability: "Report how calls ended",
  latency: "Report how long calls took",
};

const page = { has_more: z.boolean(), first_id: IdOrNull, last_id: IdOrNull };
const ranged = { from: At, to: At, tz: z.string(), group_by: z.array(z.string()) };
const titled = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

const byKind = (kind: KindName): Operation => {
  const shape = z.object({
    ...{ ...ranged, complete: z.boolean(), data: z.array(z.object({ ...units, ...dimensions, ...FIGURES[kind] })) },
    ...{ totals: z.array(z.object(FIGURES[kind])), ...page },
  });
  return {
    summary: SUMMARIES[kind],
    description:
      "`group_by` takes dimensions and at most one unit of time, separated by commas. Totals are by currency. `complete` is false while older usage is still being rolled up.",
    ...{ query: ReportQuery, answers: { 200: jsonOr("text/csv", named(`${titled(kind)}Rows`, shape)) } },
  };
};

const Top = z.object({
  ...{ from: At, to: At, tz: z.string(), of: z.string(), by: z.string() },
  data: z.array(z.object({ ...dimensions, ...usage, errors: count })),
});

const whose = { tenant_id: text, customer_id: text, method: text, purpose: text };
const flow = (summary: string, name: string, figures: z.ZodRawShape): Operation => {
  const shape = z.object({
    ...{ ...ranged, data: z.array(z.object({ ...units, ...whose, ...figures })), totals: z.array(z.object(figures)) },
    ...page,
  });
  return { summary, query: FlowQuery, answers: { 200: jsonOr("text/csv", named(name, shape)) } };
};
const revenue = {
  ...{ base_micros: MicrosTold, overage_micros: MicrosTold, prepaid_micros: MicrosTold },
  ...{ breakage_micros: MicrosTold, promotional_micros: MicrosTold, bad_debt_micros: MicrosTold },
  ...{ fees_micros: MicrosTold, provider_cost_micros: MicrosTold, revenue_micros: MicrosTold, currency },
};
const collected = {
  ...{ payments: count, collected_paise: PaiseTold, fee_paise: PaiseTold, fee_tax_paise: PaiseTold },
  ...{ refunded_paise: PaiseTold, disputed_paise: PaiseTold, net_paise: PaiseTold, currency },
};

const Ageing = z.object({
  at: At,
  data: z.array(
    z.object({
      ...{ customer_id: Id, tenant_id: Id, currency, invoices: count, open_paise: PaiseTold },
      ...{ not_due_paise: PaiseTold, days_0_30_paise: PaiseTold, days_30_60_paise: PaiseTold },
      ...{ days_60_90_paise: PaiseTold, days_90_paise: PaiseTold, oldest_due_at: At },
    }),
  ),
  ...page,
});

const CycleRow = z.object({
  ...{ id: Id, tenant_id: Id, tenant_name: z.string(), customer_id: Id, subscription_id: IdOrNull },
  ...{ plan_version_id: Id, state: z.enum(["open", "ended", "closed"]), trial: z.enum(["yes", "no"]) },
  ...{ start: At, end: At, currency, base_micros: MicrosTold, included_micros: MicrosTold },
  ...{ metered_micros: MicrosTold, included_used_micros: MicrosTold, promotional_micros: MicrosTold.nullable() },
  ...{ prepaid_micros: MicrosTold.nullable(), overage_micros: MicrosTold, invoiced_micros: MicrosTold },
  ...{ invoiced_paise: PaiseTold, collected_paise: PaiseTold, open_paise: PaiseTold, variance_micros: MicrosTold },
});

export const reportAdminDescribed = adminChapter("Reports", {
  ...Object.fromEntries((Object.keys(FIGURES) as KindName[]).map((kind) => [`GET /reports/${kind}`, byKind(kind)])),
  "GET /reports/top": {
    summary: "Report who or what used most",
    ...{ query: TopQuery, answers: { 200: jsonOr("text/csv", named("TopRows", Top)) } },
  },
  "GET /reports/revenue": flow("Report revenue as it was booked", "RevenueRows", revenue),
  "GET /reports/collections": flow("Report what was collected", "CollectionRows", collected),
  "GET /reports/ageing": {
    summary: "Report what customers owe, by the days since it was due",
    ...{ query: AgeingQuery, answers: { 200: jsonOr("text/csv", named("AgeingRows", Ageing)) } },
  },
  "GET /reports/subscriptions": {
    summary: "Report each customer's cycles: owed, invoiced, collected",
    ...{ query: CyclesQuery, answers: { 200: jsonOr("text/csv", named("CycleRows", pageTold(CycleRow))) } },
  },
});
