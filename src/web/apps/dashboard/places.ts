import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import type { IconName } from "./icons.tsx";

/** Every page of the dashboard: its address, and the code that is fetched when it is first opened. */

type Screen = LazyExoticComponent<ComponentType>;
type Module = Readonly<Record<string, ComponentType>>;
const screen = (load: () => Promise<Module>, name: string): Screen =>
  lazy(async () => ({ default: (await load())[name]! }));

export interface Place {
  readonly path: string;
  readonly screen: Screen;
  /** How it stands in the menu; a page without is reached from another. */
  readonly menu?: { readonly label: string; readonly icon: IconName; readonly group: string };
  readonly sandboxOnly?: boolean;
}

const at = (path: string, screen: Screen, menu?: Place["menu"]): Place => ({ path, screen, ...(menu && { menu }) });

const overview = screen(() => import("./overview/Overview.tsx"), "Overview");
const tenants = () => import("./tenants/pages.ts");
const usage = () => import("./usage/pages.ts");
const catalog = () => import("./catalog/pages.ts");
const money = () => import("./money/pages.ts");
const settings = () => import("./settings/pages.ts");
const watch = () => import("./watch/pages.ts");

export const PLACES: readonly Place[] = [
  at("/", overview, { label: "Overview", icon: "overview", group: "Watch" }),
  at("/live", screen(usage, "Live"), { label: "Live", icon: "live", group: "Watch" }),
  at("/usage", screen(usage, "Usage"), { label: "Usage", icon: "usage", group: "Watch" }),
  at("/tenants", screen(tenants, "Tenants"), { label: "Tenants", icon: "tenants", group: "Customers" }),
  at("/tenants/:id/:part?", screen(tenants, "Tenant")),
  at("/requests/:id", screen(usage, "Request")),
  at("/invoices", screen(money, "Invoices"), { label: "Invoices", icon: "invoices", group: "Money" }),
  at("/invoices/:id", screen(money, "Invoice")),
  at("/collections", screen(money, "Collections"), { label: "Collections", icon: "collections", group: "Money" }),
  at("/collections/:part", screen(money, "Collections")),
  at("/payments", screen(money, "Payments"), { label: "Payments", icon: "payments", group: "Money" }),
  at("/payments/:part", screen(money, "Payments")),
  at("/promotions", screen(money, "Promotions"), { label: "Promotions", icon: "promotions", group: "Money" }),
  at("/alerts", screen(watch, "Alerts"), { label: "Alerts", icon: "alerts", group: "Watch" }),
  at("/alerts/settings", screen(watch, "AlertSettings")),
  at("/alerts/:id", screen(watch, "Alert")),
  at("/webhooks", screen(watch, "Webhooks"), { label: "Webhook inbox", icon: "webhooks", group: "Prove" }),
  at("/webhooks/:id", screen(watch, "Webhook")),
  at("/endpoints", screen(watch, "Endpoints"), { label: "Endpoints", icon: "endpoints", group: "Prove" }),
  at("/endpoints/:id", screen(watch, "Endpoint")),
  at("/reconciliations", screen(watch, "Reconciliations"), {
    ...{ label: "Reconciliation", icon: "reconcile", group: "Prove" },
  }),
  at("/reconciliations/:id", screen(watch, "Reconciliation")),
  at("/audit", screen(watch, "Audit"), { label: "Audit log", icon: "audit", group: "Prove" }),
  at("/plans", screen(catalog, "Plans"), { label: "Plans", icon: "plans", group: "Sell" }),
  at("/plans/:id", screen(catalog, "Plan")),
  at("/prices", screen(catalog, "Prices"), { label: "Prices", icon: "prices", group: "Sell" }),
  at("/prices/:part", screen(catalog, "Prices")),
  at("/health", screen(settings, "Health"), { label: "Health", icon: "health", group: "Settings" }),
  at("/administrators", screen(settings, "Administrators"), {
    ...{ label: "Administrators", icon: "administrators", group: "Settings" },
  }),
  at("/sellers", screen(settings, "Sellers"), { label: "Sellers", icon: "sellers", group: "Settings" }),
  {
    ...at("/sandbox", screen(settings, "Sandbox"), { label: "Sandbox", icon: "sandbox", group: "Settings" }),
    sandboxOnly: true,
  },
];

export const placeOf = (path: string): Place | undefined =>
  PLACES.find((place) => place.menu && place.path === path) ??
  PLACES.find((place) => place.menu && place.path !== "/" && path.startsWith(`${place.path}/`));
