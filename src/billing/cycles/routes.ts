import { Router } from "express";
import { z } from "zod";
import { offeredPricing } from "../../catalog/plan.ts";
import { findPlan } from "../../catalog/store.ts";
import type { PlanTerms } from "../../db/schema/catalog.ts";
import { Ref } from "../../http/fields.ts";
import { PageQuery, pageOf } from "../../http/paging.ts";
import { parse } from "../../http/parse.ts";
import { iso, isoOrNull } from "../../kernel/clock.ts";
import type { CustomerId } from "../../kernel/id.ts";
import { isActive } from "../../ledger/grants.ts";
import { findTenant } from "../../tenants/store.ts";
import { suspendsAt } from "../collection/dunning.ts";
import { LIVE, listCollections } from "../collection/store.ts";
import { adminDoors, behind, customerDoor, type Door } from "../doors.ts";
import { openAmount } from "../invoices/settle.ts";
import { listOpenInvoices } from "../invoices/store.ts";
import type { BillingParts } from "../parts.ts";
import { planOfVersion } from "../payer.ts";
import { ensureInForce } from "./in-force.ts";
import { type CycleRow, findMandate, grantsOfCustomer, pageOfCycles } from "./store.ts";

export const CycleQuery = PageQuery.extend({
  tenant_id: Ref.optional(),
  customer_id: Ref.optional(),
  state: z.enum(["open", "ended", "closed"]).optional(),
});

/** `/api/admin`: cycles, and how a customer stands. */
export function cycleAdminRoutes(parts: BillingParts): Router {
  const router = Router();
  router.get("/cycles", async (req, res) => {
    const { tenant_id, customer_id, state, ...query } = parse(CycleQuery, req.query);
    const tenant = tenant_id === undefined ? undefined : await findTenant(parts.db.read, tenant_id);
    const filter = { tenant_id: tenant?.id, customer_id: customer_id as CustomerId | undefined, state };
    res.json(pageOf(await pageOfCycles(parts.db.read, query, filter), query, presentCycle));
  });
  return behind(router, adminDoors(parts), (_router, door) =>
    standingActions(router, parts, door, `${door.prefix}/billing`),
  );
}

/** `/api/billing`: one's plan, cycle, grants, and what is open. */
export const billingRoutes = (parts: BillingParts): Router =>
  behind(Router(), [customerDoor(parts)], (router, door) => standingActions(router, parts, door, door.prefix));

function standingActions(router: Router, parts: BillingParts, door: Door, path: string): void {
  router.get(path, async (req, res) => {
    const { db, clock, catalogs } = parts;
    const asked = await door.payer(req, res, "billing:read");
    const { tenant } = asked;
    const customer = await ensureInForce(parts, tenant, asked.customer);
    const now = clock.now();
    const of = { tenant_id: tenant.id, customer_id: customer.id };
    const version =
      customer.plan_version_id === null ? undefined : (await catalogs.current()).planVersion(customer.plan_version_id);
    const collections = await listCollections(db.read, tenant.id, customer.id);
    const open = [];
    for (const invoice of await listOpenInvoices(db.read, tenant.id, customer.id)) {
      const own = collections.filter(({ invoice_id }) => invoice_id === invoice.id);
      open.push({
        ...{ invoice_id: invoice.id, number: invoice.number, kind: invoice.kind, open_paise: openAmount(invoice) },
        ...{ due_at: iso(invoice.due_at), suspends_at: isoOrNull(await suspendsAt(parts, invoice)) },
        pay_url: own.findLast(({ state }) => state === "sent")?.short_url ?? null,
        debiting: own.some(({ channel, state }) => channel === "debit" && IS_LIVE.has(state)),
      });
    }
    const name = version ? ((await findPlan(db.read, version.plan_id))?.name ?? null) : null;
    const mandate = await findMandate(db.read, { ...of, at: now });
    res.json({
      ...{ customer_id: customer.id, currency: customer.currency, standing: customer.standing },
      plan: version
        ? { id: planOfVersion(version.id), name, version: version.version, ...publicTerms(version.terms) }
        : null,
      cycle:
        customer.cycle_start === null
          ? null
          : { id: customer.cycle_id, start: iso(customer.cycle_start), end: isoOrNull(customer.cycle_end) },
      grants: (await grantsOfCustomer(db.read, tenant.id, customer.id))
        .filter((grant) => isActive(grant, now))
        .map((grant) => ({
          ...{ id: grant.id, kind: grant.kind, amount_micros: grant.amount, used_micros: grant.used },
          ...{ held_micros: grant.held, expires_at: isoOrNull(grant.expires_at) },
        })),
      mandate: mandate ? { id: mandate.id, method: mandate.method, max_amount_paise: mandate.max_amount_paise } : null,
      open,
    });
  });
}

const IS_LIVE: ReadonlySet<string> = new Set(LIVE);

const publicTerms = (terms: PlanTerms) => {
  const { period, interval, price_paise, tax, included_micros, overage, unit, collection } = terms;
  return { period, interval, price_paise, tax, included_micros, overage, unit, collection, ...offeredPricing(terms) };
};

const presentCycle = ({ created_at: _, ...row }: CycleRow) => ({
  ...row,
  ...{ start_at: iso(row.start_at), end_at: iso(row.end_at), closed_at: isoOrNull(row.closed_at) },
  rate_valid_from: isoOrNull(row.rate_valid_from),
});
