import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "./chromium.ts";
import { type Business, openBusiness } from "./dashboard-business.ts";
import { arrive, type Operator, signIn } from "./dashboard-person.ts";
import { ADMIN_TOKEN, type Served, serveSandbox } from "./served.ts";

/** What is sold, billed and collected, as an administrator sees it and deals with it. */

let served: Served;
let browser: Browser;
let business: Business;
beforeAll(async () => {
  [served, browser] = await Promise.all([serveSandbox(), openBrowser()]);
  business = await openBusiness({ browser, served });
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

async function inside(): Promise<Operator> {
  const operator = await arrive({ browser, served });
  await signIn(operator, ADMIN_TOKEN);
  return operator;
}
const done = async ({ page, complaints }: Operator) => {
  expect(complaints).toEqual([]);
  await page.context().close();
};

test("an open invoice is found on the board, and paid by a bank transfer of which tax was kept back", async () => {
  const operator = await inside();
  const { page } = operator;
  await operator.goTo("/collections", "Collections");
  await page.getByRole("region", { name: "Link sent" }).locator(`a[href$="${business.open.id}"]`).click();
  await page.getByRole("heading", { level: 1, name: `Invoice ${business.open.number}` }).waitFor();
  await page.getByRole("button", { name: "Record a payment" }).click();
  const dialog = page.getByRole("dialog");
  const received = dialog.getByRole("textbox", { name: /^Received/ }).first();
  const open = Number(await received.inputValue());
  await received.fill((open - 1).toFixed(2));
  await dialog.getByRole("textbox", { name: "Kept back as TDS" }).fill("1.00");
  await dialog.getByRole("textbox", { name: "Reference" }).fill("UTR 123456");
  await dialog.getByRole("button", { name: "Record" }).click();
  await operator.told("The payment is recorded");
  await page.getByRole("main").getByText("paid", { exact: true }).waitFor();
  await page.getByRole("row", { name: /Payment recorded by hand.*UTR 123456, by admin/ }).waitFor();
  await done(operator);
});

test("a part of a payment is given back", async () => {
  const operator = await inside();
  const { page } = operator;
  await operator.goTo(`/payments?invoice_id=${business.paid.id}`, "Payments");
  await page.getByRole("button", { name: "Refund", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: /^Amount/ }).fill("10");
  await dialog.getByRole("textbox", { name: "Reason" }).fill("Sorry for the outage");
  await dialog.getByRole("button", { name: "Refund", exact: true }).click();
  await operator.told("The refund is on its way");
  await page.getByRole("link", { name: "Refunds" }).click();
  await page.getByRole("row", { name: /₹10\.00.*Sorry for the outage/ }).waitFor();
  await done(operator);
});

test("a plan is changed after a look at what its customers would pay, and they are migrated", async () => {
  const operator = await inside();
  const { page } = operator;
  await operator.goTo(`/plans/${business.planId}`, "Studio");
  await page.getByRole("button", { name: "Change", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Change Studio" });
  await dialog.getByRole("textbox", { name: "Per cent above cost" }).fill("40");
  await dialog.getByTestId("effect").filter({ hasText: "more" }).waitFor();
  await dialog.getByRole("button", { name: "Save" }).click();
  await operator.told("The plan is changed");
  await page.getByText("Studio").first().waitFor();
  await page.getByText("1 would move with their next cycle").waitFor();
  await page.getByRole("button", { name: /^Migrate/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Migrate" }).click();
  await operator.told("They move with their next cycle");
  await page.getByText("noted to move").waitFor();
  await done(operator);
});

test("a change of a plan with a date is seen to come, and withdrawn", async () => {
  const operator = await inside();
  const { page } = operator;
  await operator.goTo(`/plans/${business.planId}`, "Studio");
  await page.getByRole("button", { name: "Change", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Change Studio" });
  await dialog.getByRole("textbox", { name: "Includes use of" }).fill("1");
  await dialog.getByRole("textbox", { name: "From" }).fill("2099-01-01T09:30");
  await dialog.getByTestId("effect").filter({ hasText: "more" }).waitFor();
  await dialog.getByRole("button", { name: "Save" }).click();
  await operator.told("The plan is changed");
  const versions = page.getByRole("table", { name: "Versions" });
  await versions.getByRole("row", { name: /2099.*to come/i }).waitFor();
  await versions.getByRole("button", { name: /^Withdraw/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Withdraw" }).click();
  await operator.told("The version is withdrawn");
  await versions.getByRole("row", { name: /2099.*withdrawn/i }).waitFor();
  await done(operator);
});

test("a new price shows what would have become of the margin, before it is set", async () => {
  const operator = await inside();
  const { page } = operator;
  await operator.goTo("/prices?model=claude-sonnet-5-5", "Prices");
  await page.getByRole("button", { name: "New prices" }).click();
  const dialog = page.getByRole("dialog", { name: "New prices" });
  await dialog.getByRole("textbox", { name: "Model" }).fill("claude-sonnet-5-5");
  await dialog.getByRole("textbox", { name: "output", exact: true }).fill("99");
  await dialog.getByRole("table", { name: "Margin at these prices" }).getByText("₹").first().waitFor();
  await dialog.getByRole("button", { name: "Set", exact: true }).click();
  await operator.told("The prices are set");
  await page.getByRole("row", { name: /claude-sonnet-5-5.*\$99/ }).waitFor();
  await done(operator);
});
