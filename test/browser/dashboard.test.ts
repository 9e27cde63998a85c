import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "./chromium.ts";
import { arrive, call, type Operator, signIn } from "./dashboard-person.ts";
import { ask, lastAnswer, SOON, setKey } from "./page.ts";
import { ADMIN_TOKEN, type Served, serveSandbox } from "./served.ts";

/** An operator's ways through the dashboard, clicked as a person does. */

let served: Served;
let browser: Browser;
beforeAll(async () => {
  [served, browser] = await Promise.all([serveSandbox(), openBrowser()]);
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

test("a wrong token is told so at the door; the session is in no script's reach, and ends with signing out", async () => {
  const operator = await arrive({ browser, served });
  const { page } = operator;
  await page.getByRole("textbox", { name: "Admin token or key" }).fill("tg_admin_wrong");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").filter({ hasText: "You could not be signed in" }).waitFor();
  await signIn(operator, ADMIN_TOKEN);
  expect(
    await page.evaluate("document.cookie + JSON.stringify([{ ...localStorage }, { ...sessionStorage }])"),
  ).not.toMatch(/tg_admin|browser-test|tollgate_session/);
  await page.getByRole("button", { name: "admin", exact: true }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("textbox", { name: "Admin token or key" }).waitFor();
  await page.reload();
  await page.getByRole("textbox", { name: "Admin token or key" }).waitFor();
  expect(operator.complaints).toEqual([]);
  await page.context().close();
});

test("a tenant is created and given credit and a key; what is asked with it is on the receipt, in its usage and on the overview", async () => {
  const operator = await inside();
  const { page } = operator;

  await page.getByRole("link", { name: "Tenants", exact: true }).click();
  await page.getByRole("button", { name: "New tenant" }).click();
  await page.getByRole("button", { name: "Create" }).click();
  await expect
    .poll(() => page.getByRole("textbox", { name: "Name", exact: true }).getAttribute("aria-invalid"), SOON)
    .toBe("true");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Acme Analytics");
  await page.getByRole("textbox", { name: "External id", exact: true }).fill("acme");
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByRole("heading", { level: 1, name: "Acme Analytics" }).waitFor();

  await page.getByRole("link", { name: "Billing", exact: true }).click();
  await page.getByRole("button", { name: "Give credit" }).click();
  await page.getByLabel("Amount (INR)").fill("1,500.50");
  await page.getByLabel("Reason").fill("welcome");
  await page.getByRole("button", { name: "Give", exact: true }).click();
  await operator.told("The credit is given");
  await page.getByTestId("grant-promotional").filter({ hasText: "₹1,500.50 left of ₹1,500.50" }).waitFor();

  await page.getByRole("link", { name: "Keys", exact: true }).click();
  await page.getByRole("button", { name: "New key" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("production");
  await page.getByRole("button", { name: "Create" }).click();
  const shown = page.getByRole("dialog", { name: "The secret of the key" });
  const key = await shown.getByLabel("Secret").inputValue();
  await shown.getByRole("button", { name: "I have kept it" }).click();
  await page.getByRole("row").filter({ hasText: "production" }).filter({ hasText: "active" }).waitFor();

  // Whoever was given the key uses it where it can be tried; by the id on their receipt the operator finds what it was.
  await page.goto(served.url);
  await setKey(page, key);
  await page.locator("#quota .amount", { hasText: "₹1,500.50 left" }).waitFor();
  await ask(page, "[[output_tokens=200]] [[pace_ms=0]] hello");
  await lastAnswer(page).locator(".meter", { hasText: "200 out" }).waitFor();
  await lastAnswer(page).getByRole("button", { name: "Receipt" }).click();
  const id = await lastAnswer(page)
    .getByRole("row", { name: /^Request / })
    .getByRole("cell")
    .innerText();
  await operator.goTo("/", "Overview");
  await page.keyboard.press("/");
  await page.getByLabel("What you look for").fill(id);
  await page
    .getByRole("dialog")
    .getByRole("link", { name: /request/ })
    .click();
  await page.getByRole("heading", { level: 1, name: "Request" }).waitFor();
  await page.getByText("claude-sonnet-5-5, output tokens").waitFor();
  await page.getByRole("link", { name: "Acme Analytics" }).click();
  await page.getByRole("navigation", { name: "Parts of Acme" }).getByRole("link", { name: "Usage" }).click();
  await page.getByRole("row").filter({ hasText: "claude-sonnet-5-5" }).waitFor();
  await page.getByRole("link", { name: "Overview" }).click();
  await page.getByRole("row").filter({ hasText: "Acme Analytics" }).waitFor();

  // A limit of nothing refuses from then on.
  await page.getByRole("link", { name: "Acme Analytics" }).click();
  await page.getByRole("link", { name: "Limits", exact: true }).click();
  await page.getByRole("button", { name: "New limit" }).first().click();
  await page.getByLabel("At most (INR)").fill("0.01");
  await page.getByRole("button", { name: "Set", exact: true }).click();
  await operator.told("The limit is set");
  await page.getByRole("row").filter({ hasText: "Spend" }).filter({ hasText: "₹0.01" }).waitFor();
  await expect.poll(async () => (await call(served, key)).status, SOON).toBe(402);

  await page.getByRole("link", { name: "Keys", exact: true }).click();
  await page.getByRole("button", { name: "Revoke production" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke", exact: true }).click();
  await operator.told("production is revoked");
  await expect.poll(async () => (await call(served, key)).status, SOON).toBe(401);

  await page.getByRole("button", { name: /^Suspend / }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Suspend", exact: true }).click();
  await operator.told("Acme Analytics is suspended");
  expect((await served.admin("GET", "tenants/ext:acme")).status).toBe("suspended");
  expect(operator.complaints).toEqual([]);
  await page.context().close();
});

test("what is looked for is found by the beginning of its name or id", async () => {
  const { id } = await served.admin<{ id: string }>("POST", "tenants", { name: "Bharat Legal", external_id: "bharat" });
  const operator = await inside();
  const { page } = operator;
  await page.keyboard.press("/");
  await page.getByLabel("What you look for").fill("bhara");
  await page.getByRole("link", { name: /bharat/ }).click();
  await page.getByRole("heading", { level: 1, name: "Bharat Legal" }).waitFor();
  expect(page.url()).toContain(id);
  expect(operator.complaints).toEqual([]);
  await page.context().close();
});

test("a list is filtered and turned by its address, sorted where it stands, and saved whole", async () => {
  for (let number = 10; number < 40; number++) await served.admin("POST", "tenants", { name: `Many ${number}` });
  const operator = await inside();
  const { page } = operator;
  await operator.goTo("/tenants?q=many", "Tenants");
  const names = () => page.getByRole("cell").getByRole("link", { name: /^Many/ }).allInnerTexts();
  await expect.poll(async () => (await names()).length, SOON).toBe(25);
  expect((await names())[0]).toBe("Many 39");
  await page.getByRole("button", { name: "Next" }).click();
  await expect.poll(async () => (await names())[0], SOON).toBe("Many 14");
  const link = page.url();
  await page.getByRole("button", { name: "Name", exact: true }).click();
  expect((await names())[0]).toBe("Many 10");
  // What is sorted stays so on the page before.
  await page.goBack();
  await expect.poll(async () => (await names())[0], SOON).toBe("Many 15");
  await page.goto(link);
  await expect.poll(async () => (await names())[0], SOON).toBe("Many 14");

  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export CSV" }).click();
  const file = readFileSync(await (await saved).path(), "utf8");
  expect(file.trim().split("\r\n")).toHaveLength(31);
  await page.getByLabel("Name or external id").fill("nobody is called so");
  await page.keyboard.press("Enter");
  await page.getByText("Nothing here fits.").waitFor();
  expect(operator.complaints).toEqual([]);
  await page.context().close();
});

test("requests appear live as they are settled", async () => {
  const { key } = await served.keyWith(100_000_000);
  const operator = await inside();
  const { page } = operator;
  await operator.goTo("/live", "Live");
  await page.getByText("connected", { exact: true }).waitFor();
  const { request_id } = await call(served, key);
  await page.locator(`a[href$="/requests/${request_id}"]`).waitFor();
  await page.getByRole("button", { name: "Hold still" }).click();
  const next = await call(served, key);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.locator(`a[href$="/requests/${next.request_id}"]`).waitFor();
  expect(operator.complaints).toEqual([]);
  await page.context().close();
});
