import type { Page } from "playwright-core";
import { follow } from "./dashboard-views.ts";
import type { Furnished } from "./furnished.ts";
import type { View } from "./look.ts";

/** What the pages of the dashboard look like in the middle of something: with a dialog, without rows, refused. */
export function dashboardStates(of: Furnished): readonly View[] {
  const tenant = `/tenants/${of.tenantId}`;
  const state = (
    name: string,
    [path, title]: readonly [path: string, title: string],
    then: (page: Page) => Promise<void>,
  ): View => ({
    name,
    async open(page) {
      await follow(page, path, title);
      await then(page);
    },
  });
  /** A button of the page, and the dialog that it opens. */
  const dialog = (page: Page, button: string | RegExp, title?: string | RegExp) =>
    page
      .getByRole("main")
      .getByRole("button", { name: button, exact: true })
      .first()
      .click()
      .then(() => page.getByRole("dialog", { name: title }).waitFor());
  return [
    state("search", ["/", "Overview"], async (page) => {
      await page.keyboard.press("/");
      await page.getByLabel("What you look for").fill("maya");
      await page.getByRole("dialog").getByRole("link").first().waitFor();
    }),
    state("tenants-none", ["/tenants?q=nobody", "Tenants"], (page) => page.getByText("Nothing here fits.").waitFor()),
    state("tenants-new", ["/tenants", "Tenants"], async (page) => {
      await dialog(page, "New tenant");
      await page.getByRole("button", { name: "Create" }).click();
      await page.locator("[aria-invalid=true]").first().waitFor();
    }),
    state("tenant-settings", [tenant, "Acme Analytics"], (page) => dialog(page, "Settings")),
    state("tenant-suspend", [tenant, "Acme Analytics"], (page) => dialog(page, /^Suspend/)),
    state("tenant-credit", [`${tenant}/billing`, "Acme Analytics"], (page) => dialog(page, "Give credit")),
    state("tenant-plan", [`${tenant}/billing`, "Acme Analytics"], (page) => dialog(page, /Change plan/)),
    state("tenant-limit", [`${tenant}/limits`, "Acme Analytics"], (page) => dialog(page, "New limit")),
    state("tenant-issuer", [`${tenant}/issuers`, "Acme Analytics"], (page) => dialog(page, "New issuer")),
    state("key-secret", [`${tenant}/keys`, "Acme Analytics"], async (page) => {
      await dialog(page, "New key");
      await page.getByRole("textbox", { name: "Name", exact: true }).fill("production");
      await page.getByRole("button", { name: "Create" }).click();
      await page.getByRole("dialog", { name: "The secret of the key" }).waitFor();
    }),
    state("usage-by-model", ["/usage?by=model,user", "Usage"], async () => {}),
    state("invoice-record", [`/invoices/${of.open.id}`, `Invoice ${of.open.number}`], (page) =>
      dialog(page, "Record a payment"),
    ),
    state("invoice-credit-note", [`/invoices/${of.open.id}`, `Invoice ${of.open.number}`], (page) =>
      dialog(page, "Credit note"),
    ),
    state("payment-refund", ["/payments", "Payments"], (page) => dialog(page, "Refund")),
    state("promotion-new", ["/promotions", "Promotions"], (page) => dialog(page, "New promotion")),
    state("plan-change", [`/plans/${of.planId}`, "Studio"], async (page) => {
      await dialog(page, "Change");
      await page.getByRole("textbox", { name: "Per cent above cost" }).fill("40");
      await page.getByTestId("effect").first().waitFor();
    }),
    state("prices-new", ["/prices", "Prices"], async (page) => {
      await dialog(page, "New prices");
      const form = page.getByRole("dialog");
      await form.getByRole("textbox", { name: "Model" }).fill("claude-sonnet-5-5");
      await form.getByRole("textbox", { name: "output", exact: true }).fill("99");
      await page.getByRole("table", { name: "Margin at these prices" }).getByText("₹").first().waitFor();
    }),
    state("alert-note", ["/alerts", "Alerts"], (page) => dialog(page, /^Take note/)),
    state("endpoint-new", ["/endpoints", "Endpoints"], (page) => dialog(page, "New endpoint")),
    state("reconciliation-new", ["/reconciliations", "Reconciliation"], (page) => dialog(page, "New run")),
    state("audit-line", ["/audit?action=plan.*", "Audit log"], (page) => dialog(page, /^plan\./)),
    state("admin-key-new", ["/administrators", "Administrators"], (page) => dialog(page, "New admin key")),
    state("seller-change", ["/sellers", "Sellers"], (page) => dialog(page, "Change")),
    {
      name: "menu",
      async open(page) {
        await follow(page, "/", "Overview");
        await page.setViewportSize({ width: 390, height: 844 });
        await page.getByRole("button", { name: "Open the menu" }).click();
      },
    },
    {
      name: "cannot-be-shown",
      async open(page) {
        await follow(page, "/plans", "Plans");
        await page.evaluate('history.pushState(null, "", "/dashboard/plans/pln_gone")');
        await page.getByText("This cannot be shown").waitFor();
      },
    },
    state("offline", ["/plans", "Plans"], async (page) => {
      await page.getByRole("link", { name: "Studio" }).waitFor();
      await page.context().setOffline(true);
      await page.getByText("You are offline").waitFor();
    }),
  ];
}
