import { Router } from "express";
import { z } from "zod";
import { recordAudit } from "../db/audit.ts";
import type { Database } from "../db/database.ts";
import { EVERYBODY } from "../db/schema.ts";
import { actorOf } from "../http/actor.ts";
import { Currency, Glob, Ref, Time } from "../http/fields.ts";
import { PageQuery, pageOf } from "../http/paging.ts";
import { parse } from "../http/parse.ts";
import { type Clock, iso } from "../kernel/clock.ts";
import { newId } from "../kernel/id.ts";
import { type RateMicros, usdPerMillion } from "../kernel/money.ts";
import { findTenant } from "../tenants/store.ts";
import type { Catalogs } from "./catalog.ts";
import { makePrices, NewPrices, startOf } from "./new-prices.ts";
import * as store from "./store.ts";

export const PriceQuery = PageQuery.extend({ model: Glob.optional(), tenant_id: Ref.optional() });
export const NewRate = z.strictObject({
  currency: Currency.refine((currency) => currency !== "USD", "is the currency of the prices"),
  rate_micros: z.int().min(1),
  valid_from: Time.optional(),
});
/**
 * `/api/admin`: prices and exchange rates. What is past is never changed: everything here starts now or later. The one exception
 * is the correction of a price that was wrong; what was priced by it changes only by adjustments (POST /rerate).
 */
export function catalogAdminRoutes({
  db,
  clock,
  catalogs,
}: {
  db: Database;
  clock: Clock;
  catalogs: Catalogs;
}): Router {
  const router = Router();

  router.get("/prices", async (req, res) => {
    const { model, tenant_id, ...query } = parse(PriceQuery, req.query);
    const tenant = tenant_id === undefined ? undefined : await findTenant(db.read, tenant_id);
    res.json(pageOf(await store.listPrices(db.read, query, { model, tenant_id: tenant?.id }), query, presentPrice));
  });

  router.post("/prices", async (req, res) => {
    const fields = parse(NewPrices, req.body);
    const created_at = clock.wall();
    const valid_from = fields.correction
      ? fields.valid_from!
      : startOf(fields.valid_from, clock.now(), "; to put a wrong price right, say correction: true");
    const rows = await db.transaction(async (tx) => {
      const tenant_id = fields.tenant_id === null ? EVERYBODY : (await findTenant(tx, fields.tenant_id)).id;
      const earlier = await store.lastCorrections(tx, { ...fields, tenant_id, valid_from });
      const rows = makePrices(fields, { tenant_id, valid_from, source: actorOf(res).name, created_at, earlier });
      await store.insertPrices(tx, rows);
      await recordAudit(tx, {
        actor: actorOf(res),
        action: fields.correction ? "prices.corrected" : "prices.added",
        tenant_id: tenant_id === EVERYBODY ? null : tenant_id,
        subject_id: fields.model,
        after: rows.map(presentPrice),
        at: created_at,
      });
      return rows;
    });
    const { book } = await catalogs.refresh();
    const missing_meters = book.missingMeters(fields.model, rows[0]!.tenant_id, valid_from);
    res.status(201).json({ data: rows.map(presentPrice), missing_meters });
  });

  router.get("/fx_rates", async (req, res) => {
    const query = parse(PageQuery, req.query);
    res.json(pageOf(await store.listFxRates(db.read, query), query, presentRate));
  });

  router.post("/fx_rates", async (req, res) => {
    const fields = parse(NewRate, req.body);
    const created_at = clock.wall();
    const row = await db.transaction(async (tx) => {
      // The first rate of a currency may reach back: nothing was priced without it.
      const first = !(await store.hasFxRate(tx, fields.currency));
      const valid_from = first ? (fields.valid_from ?? clock.now()) : startOf(fields.valid_from, clock.now());
      const row: store.FxRateRow = {
        id: newId("rate", created_at),
        currency: fields.currency,
        rate_micros: fields.rate_micros as RateMicros,
        valid_from,
        source: actorOf(res).name,
        created_at,
      };
      await store.insertFxRate(tx, row);
      await recordAudit(tx, {
        actor: actorOf(res),
        action: "fx_rate.added",
        tenant_id: null,
        subject_id: row.id,
        after: presentRate(row),
        at: created_at,
      });
      return row;
    });
    await catalogs.refresh();
    res.status(201).json(presentRate(row));
  });

  return router;
}

const presentPrice = ({ pico_usd, tenant_id, valid_from, created_at, ...rest }: store.PriceRow) => ({
  ...rest,
  tenant_id: tenant_id === EVERYBODY ? null : tenant_id,
  usd_per_million: usdPerMillion(pico_usd),
  valid_from: iso(valid_from),
  created_at: iso(created_at),
});

const presentRate = ({ valid_from, created_at, ...rest }: store.FxRateRow) => ({
  ...rest,
  valid_from: iso(valid_from),
  created_at: iso(created_at),
});
