import { z } from "zod";
import {
  Anything,
  At,
  adminChapter,
  Decimal,
  Id,
  IdOrNull,
  jsonOr,
  MicrosTold,
  media,
  named,
  pageTold,
  tenantChapter,
} from "../http/operation.ts";
import { PageQuery } from "../http/paging.ts";
import { EventQuery as AdminEventQuery } from "./admin-routes.ts";
import { NewCostLine } from "./cost-line.ts";
import { LiveQuery } from "./live.ts";
import { ReceiptQuery } from "./receipt.ts";
import { receiptParts } from "./receipt-described.ts";
import { UsageQuery } from "./report.ts";
import { RerateQuery } from "./rerate.ts";
import { EventQuery } from "./routes.ts";

/** What the routes of this room promise. */

const tokens = {
  ...{ input_tokens: z.int(), cache_read_tokens: z.int(), cache_write_5m_tokens: z.int() },
  ...{ cache_write_1h_tokens: z.int(), output_tokens: z.int(), web_searches: z.int() },
};
/** Left out where the tenant's `cost_visibility` says so. */
const seenMoney = {
  ...{ cost_micros_usd: MicrosTold.optional(), cost_usd: Decimal.optional() },
  ...{ spend_micros: MicrosTold.optional(), currency: z.string().optional() },
};
const allMoney = { cost_micros_usd: MicrosTold, cost_usd: Decimal, spend_micros: MicrosTold, currency: z.string() };

const eventBase = {
  ...{ id: Id, kind: z.enum(["call", "adjustment"]), adjusts: IdOrNull, reason: z.string().nullable() },
  ...{ request_id: Id, user_id: IdOrNull, key_id: IdOrNull, route: z.string(), model: z.string(), ...tokens },
  source: z.enum(["reported", "partial", "recovered"]),
  ...{ ended: z.string(), stop_reason: z.string().nullable(), unreconciled: z.boolean() },
  ...{ tags: z.record(z.string(), z.string()), admitted_at: At, settled_at: At },
  ...{ first_byte_ms: z.number().nullable(), total_ms: z.number() },
};
const own = { ...eventBase, ...seenMoney };
const full = {
  ...{ ...eventBase, ...allMoney, tenant_id: Id, customer_id: Id, upstream_request_id: IdOrNull },
  ...{ list: z.enum(["standard", "fast"]), geo: z.string(), uncovered_micros: MicrosTold },
  ...{ rate_micros: MicrosTold, multiplier_ppm: z.int(), plan_version_id: IdOrNull },
  tiered: z.object({ counter_id: Id, list_micros: MicrosTold, from_micros: MicrosTold }).nullable(),
  price_version: z.string(),
  draws: z.array(z.object({ grant_id: Id, amount: MicrosTold })),
  raw_usage: z.union([Anything, z.array(Anything)]).nullable(),
};
const UsageEvent = named(
  "UsageEvent",
  z.object(own),
  "One upstream call, or an adjustment of one, as its tenant sees it.",
);
const UsageEventInFull = named("UsageEventInFull", z.object(full), "The same, as an administrator sees it.");

const totals = z.object({ calls: z.int(), ...tokens, ...seenMoney }).omit({ cost_usd: true });
const totalsInFull = z.object({ calls: z.int(), ...tokens, ...allMoney }).omit({ cost_usd: true });
const Receipt = named(
  "Receipt",
  z.object({ request_id: Id, data: z.array(z.object({ ...own, ...receiptParts })), totals }),
  "Everything of one request: an entry for each upstream call and each adjustment of one.",
);
const ReceiptInFull = named(
  "ReceiptInFull",
  z.object({
    request_id: Id,
    data: z.array(
      z.object({ ...receiptParts, ...full, user_external_id: z.string().nullable(), key_name: z.string().nullable() }),
    ),
    totals: totalsInFull,
  }),
);

const GROUPS = ["day", "hour", "week", "month", "model", "user", "key", "tag", "plan_version", "promotion"] as const;
const group = z.string().nullable().optional();
const figures = { requests: z.int(), ...tokens, ...seenMoney };
const UsageReport = named(
  "UsageReport",
  z.object({
    ...{ from: At, to: At, tz: z.string(), group_by: z.enum(GROUPS) },
    data: z.array(
      z.object({
        ...{ day: group, hour: group, week: group, month: group, model: group, user: group, key: group, tag: group },
        ...{ plan_version: group, promotion: group, user_external_id: group, user_name: group, ...figures },
      }),
    ),
    totals: z.array(z.object(figures)),
  }),
  "What was used in a range. A row has the field that it is grouped by, a user also what it is called; totals are by currency.",
);

const difference = {
  ...{ events: z.int(), changed: z.int() },
};
const Rerated = z.object({
  ...{ dry_run: z.boolean(), from: At, to: At, ...difference, has_more: z.boolean(), last_id: IdOrNull },
  data: z.array(
    z.object({
      ...{ tenant_id: Id, currency: z.string(), ...difference, unpriced: z.int() },
      ...{ old_cost_micros_usd: MicrosTold, new_cost_micros_usd: MicrosTold },
      ...{ old_spend_micros: MicrosTold, new_spend_micros: MicrosTold },
      ...{ old_uncovered_micros: MicrosTold, new_uncovered_micros: MicrosTold },
    }),
  ),
});

const CostLine = named(
  "CostLine",
  z.object({
    ...{ id: Id, kind: z.enum(["code_execution_hours"]), reference: z.string(), quantity: Decimal, charged: Decimal },
    ...{ usd_each: Decimal, cost_micros_usd: MicrosTold, cost_usd: Decimal, from: At, to: At },
    ...{ note: z.string().nullable(), created_at: At },
  }),
  "What the provider bills beside the calls, and no request explains.",
);

export const usageAdminDescribed = adminChapter("Usage and cost", {
  "GET /events": {
    summary: "List usage events of all tenants",
    ...{ query: AdminEventQuery, answers: { 200: pageTold(UsageEventInFull) } },
  },
  "GET /events/stream": {
    summary: "Follow usage events as they are settled",
    description:
      "Server-sent events named `settled`, each a usage event. An answer ends after 20 s and is to be asked for again.",
    ...{ query: LiveQuery, answers: { 200: media("text/event-stream") }, problems: ["rate_limited"] },
  },
  "GET /events/:request_id": {
    summary: "Show the receipt of a request",
    description: "By the id of a request or of an event. `explain=text` tells it in words.",
    ...{ query: ReceiptQuery, answers: { 200: jsonOr("text/plain", ReceiptInFull) } },
  },
  "GET /tenants/:id/usage": { summary: "Report a tenant's usage", query: UsageQuery, answers: { 200: UsageReport } },
  "POST /rerate": {
    summary: "Price stored calls again",
    description: "A dry run unless `dry_run` is false; then the differences are posted as adjustments.",
    ...{ body: RerateQuery, answers: { 200: Rerated } },
  },
  "GET /cost_lines": { summary: "List other costs", query: PageQuery, answers: { 200: pageTold(CostLine) } },
  "POST /cost_lines": {
    summary: "Enter a cost that no request explains",
    description: "The same `reference` again changes nothing.",
    ...{ body: NewCostLine, answers: { 200: CostLine, 201: CostLine }, problems: ["conflict"] },
  },
});

export const usageDescribed = tenantChapter("Usage", {
  "GET /usage": { summary: "Report one's usage", query: UsageQuery, answers: { 200: UsageReport } },
  "GET /usage/events": {
    summary: "List one's usage events",
    query: EventQuery,
    answers: { 200: pageTold(UsageEvent) },
  },
  "GET /usage/events/:request_id": {
    summary: "Show the receipt of a request",
    description: "By the id of a request or of an event. `explain=text` tells it in words.",
    ...{ query: ReceiptQuery, answers: { 200: jsonOr("text/plain", Receipt) } },
  },
});
