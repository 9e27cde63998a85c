import { z } from "zod";
import type { Catalogs } from "../catalog/catalog.ts";
import { type Actor, recordAudit } from "../db/audit.ts";
import type { Database } from "../db/database.ts";
import { QueryInt, Ref, Time } from "../http/fields.ts";
import { type Clock, iso } from "../kernel/clock.ts";
import type { TenantId } from "../kernel/id.ts";
import { findTenant, type TenantRow } from "../tenants/store.ts";
import { type Act, isChanged, posted, previewed, type Repriced } from "./adjustment.ts";
import { usd } from "./event.ts";
import { listCalls } from "./store.ts";

/** `[from, to)` of admission. A long range is re-rated a part at a time: at most `limit` calls, then go on `after_id` the last. */
export const RerateQuery = z
  .strictObject({
    from: Time,
    to: Time,
    tenant_id: Ref.optional(),
    dry_run: z.boolean().default(true),
    reason: z.string().trim().min(1).max(500).default("the price book was corrected"),
    after_id: Ref.optional(),
    limit: QueryInt.pipe(z.number().min(1).max(100_000)).default(10_000),
  })
  .refine(({ from, to }) => to > from, { path: ["to"], message: "must be later than from" });
type Query = Omit<z.infer<typeof RerateQuery>, "tenant_id"> & { readonly tenant_id?: TenantId };

export interface RerateParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly catalogs: Catalogs;
  /** Who asks, as the audit log names it. */
  readonly actor: Actor;
  readonly onProgress?: (events: number) => void;
}

/** What re-rating comes to for one tenant. What is not changed is in the sums too. */
export interface TenantDifference {
  readonly tenant_id: TenantId;
  readonly currency: string;
  events: number;
  changed: number;
  /** Calls that the book has no price for: they stay as they are. */
  unpriced: number;
  old_cost_micros_usd: number;
  new_cost_micros_usd: number;
  old_spend_micros: number;
  new_spend_micros: number;
  old_uncovered_micros: number;
  new_uncovered_micros: number;
}

export interface Rerated {
  readonly dry_run: boolean;
  readonly from: string;
  readonly to: string;
  readonly data: readonly TenantDifference[];
  readonly events: number;
  readonly changed: number;
  readonly has_more: boolean;
  readonly last_id: string | null;
}

/** Calls that are locked, adjusted and committed together. */
const PAGE = 200;

/**
 * Prices stored calls again, by the book and at the terms of their admission, and posts the differences as adjustments (a dry run only
 * tells them). Events are never edited. Posting twice posts nothing more: what a call and its adjustments come to is the new price already.
 */
export async function rerate(parts: RerateParts, query: Query): Promise<Rerated> {
  if (!query.dry_run) await noteRerating(parts, query);
  const pricer = await parts.catalogs.refresh();
  const counters: Act["counters"] = new Map();
  const tenants = new Map<TenantId, TenantRow>();
  const differences = new Map<string, TenantDifference>();
  let { after_id } = query;
  let events = 0;
  let has_more = true;
  while (has_more && events < query.limit) {
    const size = Math.min(PAGE, query.limit - events);
    const filter = { tenant_id: query.tenant_id, from: query.from, to: query.to };
    const found = await listCalls(parts.db.read, filter, { after_id, limit: size + 1 });
    const page = found.slice(0, size);
    for (const { tenant_id } of page) {
      if (!tenants.has(tenant_id)) tenants.set(tenant_id, await findTenant(parts.db.read, tenant_id));
    }
    const act: Act = { reason: query.reason, pricer, tenants, counters, at: parts.clock.now() };
    for (const repriced of await (query.dry_run ? previewed : posted)(parts.db, page, act)) add(differences, repriced);
    has_more = found.length > size;
    after_id = page.at(-1)?.id ?? after_id;
    events += page.length;
    parts.onProgress?.(events);
  }
  const data = [...differences.values()];
  return {
    ...{ dry_run: query.dry_run, from: iso(query.from), to: iso(query.to), data, events, has_more },
    changed: data.reduce((sum, row) => sum + row.changed, 0),
    last_id: after_id ?? null,
  };
}

/** Who posts what and why is written down before the first adjustment: they are posted a page at a time. */
const noteRerating = (
  { db, clock, actor }: RerateParts,
  { tenant_id, from, to, reason, after_id }: Query,
): Promise<void> =>
  db.transaction((tx) =>
    recordAudit(tx, {
      ...{ actor, action: "usage.rerated", tenant_id: tenant_id ?? null, subject_id: tenant_id ?? "every tenant" },
      after: { from: iso(from), to: iso(to), reason, after_id: after_id ?? null },
      at: clock.wall(),
    }),
  );

/** For people, a line for each tenant. */
export function tellRerated({ data, events, changed, dry_run }: Rerated): string {
  const lines = data
    .filter((row) => row.changed > 0)
    .map((row) => {
      const cost = `cost USD ${usd(row.old_cost_micros_usd)} → ${usd(row.new_cost_micros_usd)}`;
      const spend = `spend ${row.currency} ${usd(row.old_spend_micros)} → ${usd(row.new_spend_micros)}`;
      return `${row.tenant_id}: ${row.changed} of ${row.events} calls, ${cost}, ${spend}`;
    });
  const said = dry_run ? "would change; --post posts the differences" : "changed; the differences are posted";
  return [...lines, `${changed} of ${events} calls ${said}.`].join("\n");
}

/** Adds a call to its tenant's difference. */
function add(differences: Map<string, TenantDifference>, call: Repriced): void {
  const { event, adjustments, cost, change, outcome } = call;
  const { tenant_id, currency } = event;
  const zeros = { old_cost_micros_usd: 0, new_cost_micros_usd: 0, old_spend_micros: 0, new_spend_micros: 0 };
  const none = { ...zeros, old_uncovered_micros: 0, new_uncovered_micros: 0, events: 0, changed: 0, unpriced: 0 };
  const key = `${tenant_id} ${currency}`;
  const row = differences.get(key) ?? { tenant_id, currency, ...none };
  differences.set(key, row);
  const parts = [event, ...adjustments];
  const spend = parts.reduce((sum, part) => sum + part.spend_micros, 0);
  const uncovered = parts.reduce((sum, part) => sum + part.uncovered_micros, 0);
  row.events += 1;
  row.changed += isChanged(call) ? 1 : 0;
  row.unpriced += change ? 0 : 1;
  row.old_cost_micros_usd += cost;
  row.new_cost_micros_usd += cost + (change?.cost ?? 0);
  row.old_spend_micros += spend;
  row.new_spend_micros += spend + outcome.spend_micros;
  row.old_uncovered_micros += uncovered;
  row.new_uncovered_micros += uncovered + outcome.uncovered_micros;
}
