import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "./chromium.ts";
import { arrive, call, type Operator, signIn } from "./dashboard-person.ts";
import { SOON } from "./page.ts";
import { ADMIN_TOKEN, type Served, serveSandbox } from "./served.ts";

/** What is watched: alerts, webhooks, endpoints, reconciliation, the audit log, who may come in; and the sandbox's control panel. */

let served: Served;
let browser: Browser;
let key: string;
beforeAll(async () => {
  [served, browser] = await Promise.all([serveSandbox(), openBrowser()]);
  const acme = await served.keyWith(500_000_000, { name: "Acme", currency: "INR" });
  key = acme.key;
  await served.admin("PUT", "limits", {
    ...{ scope: "tenant", subject_id: acme.tenantId },
    limits: [{ metric: "requests", window: "lifetime", amount: 100, alert_at: [0.01] }],
  });
  await call(served, key);
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

async function inside(token = ADMIN_TOKEN): Promise<Operator> {
  const operator = await arrive({ browser, served });
  await signIn(operator, token);
  return operator;
}
const done = async ({ page, complaints }: Operator) => {
  expect(complaints).toEqual([]);
  await page.context().close();
};

test("an alert is read, and noted with what was done about it", async () => {
  const operator = await inside();
  const { page } = operator;
  await operator.goTo("/alerts?type=quota.*", "Alerts");
  await page.getByRole("link", { name: "Quota threshold" }).first().click();
  await page.getByRole("heading", { level: 1, name: "Quota threshold" }).waitFor();
  await page.getByRole("button", { name: "Take note" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Note" }).fill("They know.");
  await dialog.getByRole("button", { name: "Take note" }).click();
  await operator.told("The alert is noted");
  await page.getByText("They know.").waitFor();
  await done(operator);
});

test("an endpoint is created with a secret that is shown once, tested, and removed; the audit log says who did", async () => {
  const operator = await inside();
  const { page } = operator;
  await operator.goTo("/endpoints", "Endpoints");
  await page.getByRole("button", { name: "New endpoint" }).click();
  const form = page.getByRole("dialog", { name: "New endpoint" });
  await form.getByRole("textbox", { name: "Address" }).fill("no address");
  await form.getByRole("button", { name: "Create" }).click();
  await form.getByText(/must be an http/i).waitFor();
  await form.getByRole("textbox", { name: "Address" }).fill("http://127.0.0.1:9/hook");
  await form.getByRole("button", { name: "Create" }).click();
  const shown = page.getByRole("dialog", { name: "The endpoint's signing secret" });
  expect(await shown.getByRole("textbox", { name: "Secret" }).inputValue()).toMatch(/^whsec_/);
  await shown.getByRole("button", { name: "I have kept it" }).click();
  await page.getByRole("link", { name: "http://127.0.0.1:9/hook" }).click();
  await page.getByRole("button", { name: "Send a test" }).click();
  await operator.told("The test did not arrive");
  await page.getByRole("button", { name: /^Remove/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await operator.told("The endpoint is removed");

  await operator.goTo("/audit?action=endpoint.*", "Audit log");
  await page.getByRole("button", { name: "endpoint.created" }).click();
  await page.getByRole("dialog").getByRole("region", { name: "After" }).getByText("127.0.0.1:9").waitFor();
  await done(operator);
});

test("some days are proved: the run is begun, watched, and finds nothing", async () => {
  const operator = await inside();
  const { page } = operator;
  await operator.goTo("/reconciliations", "Reconciliation");
  await page.getByRole("button", { name: "New run" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Begin" }).click();
  await operator.told("The run has begun");
  await page.getByText("None: everything that was compared agrees").waitFor();
  await done(operator);
});

test("a support key is made, and its holder sees everything and is offered no change", async () => {
  const operator = await inside();
  const { page } = operator;
  await operator.goTo("/administrators", "Administrators");
  await page.getByRole("button", { name: "New admin key" }).click();
  const form = page.getByRole("dialog", { name: "New admin key" });
  await form.getByRole("textbox", { name: "Name" }).fill("Sana");
  await form.getByRole("button", { name: "Create" }).click();
  const secret = page.getByRole("dialog").getByRole("textbox", { name: "Secret" });
  await expect.poll(() => secret.inputValue(), SOON).toMatch(/^tg_admin_/);
  const sana = await inside(await secret.inputValue());
  await sana.goTo("/endpoints", "Endpoints");
  await sana.page.getByText("None yet: alerts are shown here").waitFor();
  expect(await sana.page.getByRole("button", { name: "New endpoint" }).count()).toBe(0);

  await page.getByRole("button", { name: "I have kept it" }).click();
  const sessions = page.getByRole("table", { name: "Sessions" });
  await page.reload();
  await sessions.getByRole("row", { name: /Sana/ }).getByRole("button", { name: /^End/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End" }).click();
  await operator.told("The session is ended");
  await sana.page.reload();
  await sana.page.getByRole("button", { name: "Sign in" }).waitFor();
  await sana.page.context().close();
  await done(operator);
});

test("in the sandbox the provider is broken and mended, and time is moved", async () => {
  const operator = await inside();
  const { page } = operator;
  await operator.goTo("/sandbox", "Sandbox");
  const fault = page.getByRole("switch", { name: "refuses our key (401)" });
  const turn = () => fault.click();
  await turn();
  await expect.poll(() => fault.isChecked(), SOON).toBe(true);
  expect((await call(served, key)).status).toBeGreaterThan(399);
  await turn();
  await expect.poll(() => fault.isChecked(), SOON).toBe(false);
  expect((await call(served, key)).status).toBe(200);

  const clock = page.getByTestId("clock").locator("time");
  const before = Date.parse((await clock.getAttribute("datetime"))!);
  await page.getByRole("button", { name: "+ 1 day" }).click();
  await expect
    .poll(async () => Date.parse((await clock.getAttribute("datetime"))!) - before, SOON)
    .toBeGreaterThan(86_000_000);
  await done(operator);
});
