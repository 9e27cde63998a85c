import { z } from "zod";
import { Anything, At, AtOrNull, adminChapter, Id, IdOrNull, named, pageTold } from "../http/operation.ts";
import { SEVERITIES } from "../kernel/events.ts";
import { Acknowledgement, AlertQuery } from "./admin-routes.ts";
import { AlertSettings, TenantAlertSettings } from "./settings.ts";

/** What the routes of this room promise. */

const Alert = named(
  "Alert",
  z.object({
    ...{ id: Id, type: z.string(), severity: z.enum(SEVERITIES), tenant_id: IdOrNull, data: Anything, created_at: At },
    ...{ acknowledged_at: AtOrNull, acknowledged_by: z.string().nullable(), note: z.string().nullable() },
  }),
  "What the operator must hear of, once. `tenant_id` null: about the installation.",
);
const Settings = named("AlertSettings", AlertSettings.meta({}), "When alerts are raised.");
const TenantSettings = named(
  "TenantAlertSettings",
  z.object({
    own: TenantAlertSettings,
    in_force: AlertSettings.pick({ included: true, spend_anomaly: true, signups: true, free_refusals: true }),
  }),
  "Where a tenant's alert settings are its own, and what holds for it.",
);

export const alertAdminDescribed = adminChapter("Alerts", {
  "GET /alerts": {
    summary: "List alerts",
    description: "`type` may be a glob: `quota.*`.",
    ...{ query: AlertQuery, answers: { 200: pageTold(Alert) } },
  },
  "GET /alerts/:id": { summary: "Show an alert", answers: { 200: Alert } },
  "POST /alerts/:id/acknowledge": {
    summary: "Say that an alert was seen",
    description: "The first to say so is kept; saying it again changes nothing.",
    ...{ body: Acknowledgement, answers: { 200: Alert } },
  },
  "GET /alert_settings": { summary: "Show when alerts are raised", answers: { 200: Settings } },
  "PUT /alert_settings": {
    summary: "Change when alerts are raised",
    description: "What is left out has its default again.",
    ...{ body: AlertSettings, answers: { 200: Settings } },
  },
  "GET /tenants/:id/alert_settings": {
    summary: "Show where a tenant's alert settings differ",
    answers: { 200: TenantSettings },
  },
  "PUT /tenants/:id/alert_settings": {
    summary: "Change where a tenant's alert settings differ",
    description: "What is left out is as it is for everybody.",
    ...{ body: TenantAlertSettings, answers: { 200: TenantSettings } },
  },
});
