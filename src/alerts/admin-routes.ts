import { Router } from "express";
import { z } from "zod";
import { recordAudit } from "../db/audit.ts";
import type { Reader } from "../db/database.ts";
import { actorOf } from "../http/actor.ts";
import { Ref, Time } from "../http/fields.ts";
import { PageQuery, pageOf } from "../http/paging.ts";
import { parse } from "../http/parse.ts";
import { iso, isoOrNull } from "../kernel/clock.ts";
import { EVENT_TYPES, SEVERITIES, severityOf } from "../kernel/events.ts";
import { isGlob, matcher } from "../kernel/glob.ts";
import type { TenantId } from "../kernel/id.ts";
import { Problem } from "../kernel/problems.ts";
import { findTenant } from "../tenants/store.ts";
import type { AlertParts } from "./parts.ts";
import { AlertSettings, inForce, TenantAlertSettings, type TenantKind } from "./settings.ts";
import {
  type Alert,
  acknowledgeAlert,
  findAlert,
  findOwnSettings,
  findSettings,
  listAlerts,
  saveOwnSettings,
  saveSettings,
} from "./store.ts";

export const AlertQuery = PageQuery.extend({
  /** A type, or several by a glob: `quota.*`. */
  type: z.string().max(64).optional(),
  tenant_id: Ref.optional(),
  severity: z.enum(SEVERITIES).optional(),
  acknowledged: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .optional(),
  from: Time.optional(),
  to: Time.optional(),
});
export const Acknowledgement = z.strictObject({ note: z.string().trim().min(1).max(1_000).nullable().default(null) });

/** `/api/admin/alerts`: what the operator must hear of, and when it is said. */
export function alertAdminRoutes({ db, clock }: Pick<AlertParts, "db" | "clock">): Router {
  const router = Router();

  router.get("/alerts", async (req, res) => {
    const { type, severity, tenant_id, acknowledged, from, to, ...query } = parse(AlertQuery, req.query);
    const tenant = tenant_id === undefined ? undefined : await findTenant(db.read, tenant_id);
    const filter = { types: typesOf(type, severity), tenant_id: tenant?.id, acknowledged, from, to };
    res.json(pageOf(await listAlerts(db.read, filter, query), query, presentAlert));
  });

  router.get("/alerts/:id", async (req, res) => {
    const alert = await findAlert(db.read, req.params.id);
    if (!alert) throw noAlert();
    res.json(presentAlert(alert));
  });

  /** The first to say so is kept; saying it again changes nothing. */
  router.post("/alerts/:id/acknowledge", async (req, res) => {
    const { note } = parse(Acknowledgement, req.body ?? {});
    const { id } = req.params;
    const alert = await db.transaction(async (tx) => {
      const seen = { acknowledged_at: clock.now(), acknowledged_by: actorOf(res).name, note };
      const before = await findAlert(tx, id);
      const acknowledged = await acknowledgeAlert(tx, id, seen);
      if (!acknowledged) return before;
      await recordAudit(tx, {
        ...{ actor: actorOf(res), action: "alert.acknowledged", tenant_id: acknowledged.tenant_id, subject_id: id },
        before: before && presentAlert(before),
        after: presentAlert(acknowledged),
        at: clock.wall(),
      });
      return acknowledged;
    });
    if (!alert) throw noAlert();
    res.json(presentAlert(alert));
  });

  router.get("/alert_settings", async (_req, res) => {
    res.json(await findSettings(db.read));
  });

  /** What is left out has its default again. */
  router.put("/alert_settings", async (req, res) => {
    const after = parse(AlertSettings, req.body);
    await db.transaction(async (tx) => {
      const before = await findSettings(tx);
      await saveSettings(tx, after);
      await recordAudit(tx, {
        ...{ actor: actorOf(res), action: "alert_settings.changed", tenant_id: null, subject_id: "alert_settings" },
        ...{ before, after, at: clock.wall() },
      });
    });
    res.json(after);
  });

  const ownOf = async (read: Reader, tenant_id: TenantId) => {
    const [settings, own] = [await findSettings(read), await findOwnSettings(read, tenant_id)];
    const kinds = Object.keys(TenantAlertSettings.shape) as TenantKind[];
    return { own, in_force: Object.fromEntries(kinds.map((kind) => [kind, inForce(kind, settings[kind], own)])) };
  };

  router.get("/tenants/:id/alert_settings", async (req, res) => {
    res.json(await ownOf(db.read, (await findTenant(db.read, req.params.id)).id));
  });

  /** What is left out is as it is for everybody. */
  router.put("/tenants/:id/alert_settings", async (req, res) => {
    const own = parse(TenantAlertSettings, req.body);
    const after = await db.transaction(async (tx) => {
      const { id } = await findTenant(tx, req.params.id);
      const before = await findOwnSettings(tx, id);
      await saveOwnSettings(tx, id, own);
      const after = await ownOf(tx, id);
      assertInForce(after.in_force);
      await recordAudit(tx, {
        ...{ actor: actorOf(res), action: "alert_settings.changed", tenant_id: id, subject_id: id },
        ...{ before, after: own, at: clock.wall() },
      });
      return after;
    });
    res.json(after);
  });

  return router;
}

/** Together with what holds for everybody they have to make sense, too. */
function assertInForce(settings: object): void {
  parse(AlertSettings, settings);
}

const noAlert = () => new Problem("not_found", { message: "There is no such alert." });

/** The types that a filter means; undefined for all. */
function typesOf(type: string | undefined, severity: (typeof SEVERITIES)[number] | undefined): string[] | undefined {
  if (type === undefined && severity === undefined) return undefined;
  const named =
    type === undefined ? EVENT_TYPES : isGlob(type) ? EVENT_TYPES.filter((name) => matcher(type)(name)) : [type];
  return named.filter((name) => severity === undefined || severityOf(name) === severity);
}

const presentAlert = ({ id, type, tenant_id, data, created_at, ...seen }: Alert) => ({
  ...{ id, type, severity: severityOf(type), tenant_id, data },
  created_at: iso(created_at),
  acknowledged_at: isoOrNull(seen.acknowledged_at),
  acknowledged_by: seen.acknowledged_by,
  note: seen.note,
});
