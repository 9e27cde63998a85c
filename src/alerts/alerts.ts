import type { Router } from "express";
import { DAY, HOUR, MINUTE } from "../kernel/clock.ts";
import { alertAdminRoutes } from "./admin-routes.ts";
import { keepTold, lookAtIncluded } from "./included.ts";
import { lookAtMargins } from "./margins.ts";
import { type Outcomes, openOutcomes } from "./outcomes.ts";
import type { AlertParts } from "./parts.ts";
import { lookAtRenewals } from "./renewals.ts";
import { type AlertSettings, type Bounds, boundsOf, type TenantKind } from "./settings.ts";
import { lookAtSignups } from "./signups.ts";
import { keepDays, lookAtSpend } from "./spend.ts";
import { findSettings, findTenantSettings, purgeOutcomes } from "./store.ts";
import { lookAtFreeRefusals, lookAtRefusedKeys, lookAtUpstream } from "./upstream.ts";
import { lookAtWebhooks } from "./webhooks.ts";

export interface TimedLook {
  readonly name: string;
  readonly everyMs: number;
  readonly run: () => Promise<unknown>;
}

/** Alerts as a whole: what the operator asks of them, what is looked at every so often, and where the hot path counts. */
export interface Alerts {
  readonly adminRoutes: readonly Router[];
  readonly timed: readonly TimedLook[];
  readonly outcomes: Outcomes;
  close(): Promise<void>;
}

/** Counts are for looks of an hour at most, and for people who ask what was yesterday. */
const OUTCOMES_KEPT_MS = 3 * DAY;

export function openAlerts(parts: AlertParts & { readonly onError: (error: unknown) => void }): Alerts {
  const { db, clock } = parts;
  const outcomes = openOutcomes(parts);
  const days = keepDays();
  const told = keepTold();
  /** A look, unless it is switched off. */
  const look =
    <Kind extends keyof AlertSettings>(kind: Kind, at: (settings: AlertSettings[Kind]) => Promise<unknown>) =>
    async () => {
      const settings = (await findSettings(db.read))[kind];
      if (settings.enabled) await at(settings);
    };
  /** One at tenants, whose bounds may be their own: unless it is switched off for all of them. */
  const lookAtTenants =
    <Kind extends TenantKind>(kind: Kind, at: (bounds: Bounds<Kind>) => Promise<unknown>) =>
    async () => {
      const bounds = boundsOf(kind, await findSettings(db.read), await findTenantSettings(db.read));
      if (bounds.enabled.length) await at(bounds);
    };
  return {
    outcomes,
    adminRoutes: [alertAdminRoutes(parts)],
    timed: [
      { name: "alerts.outcomes", everyMs: MINUTE, run: outcomes.flush },
      { name: "alerts.keys", everyMs: MINUTE, run: () => lookAtRefusedKeys(parts) },
      {
        name: "alerts.upstream",
        everyMs: MINUTE,
        run: look("upstream_errors", (settings) => lookAtUpstream(parts, settings)),
      },
      {
        name: "alerts.included",
        everyMs: 5 * MINUTE,
        run: lookAtTenants("included", (bounds) => lookAtIncluded(parts, bounds, told)),
      },
      {
        name: "alerts.refusals",
        everyMs: 5 * MINUTE,
        run: lookAtTenants("free_refusals", (bounds) => lookAtFreeRefusals(parts, bounds)),
      },
      {
        name: "alerts.signups",
        everyMs: 5 * MINUTE,
        run: lookAtTenants("signups", (bounds) => lookAtSignups(parts, bounds)),
      },
      {
        name: "alerts.spend",
        everyMs: 15 * MINUTE,
        run: lookAtTenants("spend_anomaly", (bounds) => lookAtSpend(parts, bounds, days)),
      },
      {
        name: "alerts.webhooks",
        everyMs: 15 * MINUTE,
        run: look("webhooks_silent", (settings) => lookAtWebhooks(parts, settings)),
      },
      { name: "alerts.margin", everyMs: HOUR, run: look("margin", (settings) => lookAtMargins(parts, settings)) },
      { name: "alerts.renewals", everyMs: DAY, run: look("renewals", (settings) => lookAtRenewals(parts, settings)) },
      {
        name: "alerts.purge",
        everyMs: DAY,
        run: () => db.transaction((tx) => purgeOutcomes(tx, clock.now() - OUTCOMES_KEPT_MS)),
      },
    ],
    close: outcomes.close,
  };
}
