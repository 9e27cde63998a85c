import type { Page } from "playwright-core";
import type { Furnished } from "./furnished.ts";
import { ARRIVED, type View } from "./look.ts";

/** Every page of the dashboard as somebody finds it who is signed in; the same list for the tests and for the pictures. */
export interface DashboardView extends View {
  /** The address of the page, as `places.ts` of the dashboard has it; of none, where there is no such page. */
  readonly place: string | null;
}

/** Goes to an address below `/dashboard` as a link does, without loading everything anew, and waits for the title. */
export async function follow(page: Page, path: string, title: string | RegExp): Promise<void> {
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.evaluate(`history.pushState(null, "", ${JSON.stringify(`/dashboard${path === "/" ? "" : path}`)})`);
  await page.evaluate(ARRIVED);
  await page.getByRole("heading", { level: 1, name: title, exact: true }).waitFor();
}

const view = (name: string, place: string | null, path: string, title: string | RegExp): DashboardView => ({
  ...{ name, place },
  open: (page) => follow(page, path, title),
});

export function dashboardViews(of: Furnished): readonly DashboardView[] {
  const tenant = (part: string) =>
    view(`tenant-${part || "summary"}`, "/tenants/:id/:part?", `/tenants/${of.tenantId}/${part}`, "Acme Analytics");
  const { paid, open } = of;
  return [
    view("overview", "/", "/", "Overview"),
    view("live", "/live", "/live", "Live"),
    view("usage", "/usage", "/usage", "Usage"),
    view("tenants", "/tenants", "/tenants", "Tenants"),
    ...["", "usage", "billing", "limits", "users", "keys", "issuers"].map(tenant),
    view("request", "/requests/:id", `/requests/${of.requestId}`, "Request"),
    view("invoices", "/invoices", "/invoices", "Invoices"),
    view("invoice-paid", "/invoices/:id", `/invoices/${paid.id}`, `Invoice ${paid.number}`),
    view("invoice-open", "/invoices/:id", `/invoices/${open.id}`, `Invoice ${open.number}`),
    view("collections", "/collections", "/collections", "Collections"),
    ...["ageing", "attempts"].map((part) =>
      view(`collections-${part}`, "/collections/:part", `/collections/${part}`, "Collections"),
    ),
    view("payments", "/payments", "/payments", "Payments"),
    ...["refunds", "disputes"].map((part) =>
      view(`payments-${part}`, "/payments/:part", `/payments/${part}`, "Payments"),
    ),
    view("promotions", "/promotions", "/promotions", "Promotions"),
    view("alerts", "/alerts", "/alerts", "Alerts"),
    view("alert-settings", "/alerts/settings", "/alerts/settings", "When alerts are raised"),
    view("alert", "/alerts/:id", `/alerts/${of.alertId}`, "Quota threshold"),
    view("webhooks", "/webhooks", "/webhooks", "Webhook inbox"),
    view("webhook", "/webhooks/:id", `/webhooks/${of.webhookId}`, /^[a-z]+\./),
    view("endpoints", "/endpoints", "/endpoints", "Endpoints"),
    view("endpoint", "/endpoints/:id", `/endpoints/${of.endpointId}`, /^http/),
    view("reconciliations", "/reconciliations", "/reconciliations", "Reconciliation"),
    view("reconciliation", "/reconciliations/:id", `/reconciliations/${of.runId}`, /\d/),
    view("audit", "/audit", "/audit", "Audit log"),
    view("plans", "/plans", "/plans", "Plans"),
    view("plan", "/plans/:id", `/plans/${of.planId}`, "Studio"),
    view("prices", "/prices", "/prices", "Prices"),
    view("prices-rates", "/prices/:part", "/prices/rates", "Prices"),
    view("health", "/health", "/health", "Health"),
    view("administrators", "/administrators", "/administrators", "Administrators"),
    view("sellers", "/sellers", "/sellers", "Sellers"),
    view("sandbox", "/sandbox", "/sandbox", "Sandbox"),
    view("missing", null, "/nowhere", "There is no such page"),
  ];
}

/** Pages on which a role leaves something out. */
export const supportViews = (of: Furnished): readonly DashboardView[] => [
  view("support-tenant", "/tenants/:id/:part?", `/tenants/${of.tenantId}/billing`, "Acme Analytics"),
  view("support-invoice", "/invoices/:id", `/invoices/${of.open.id}`, `Invoice ${of.open.number}`),
  view("support-plan", "/plans/:id", `/plans/${of.planId}`, "Studio"),
  view("support-administrators", "/administrators", "/administrators", "Administrators"),
];
