import { gzipSync } from "node:zlib";
import type { Browser, Response } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "./chromium.ts";
import { arrive, signIn } from "./dashboard-person.ts";
import { ADMIN_TOKEN, type Served, serveSandbox } from "./served.ts";

/** What the dashboard weighs, that it can be used by keyboard, and what it says when things go wrong. */

let served: Served;
let browser: Browser;
beforeAll(async () => {
  [served, browser] = await Promise.all([serveSandbox(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

test("its first load is within 250 KB of script, and it may load nothing of anybody else's", async () => {
  const answer = await fetch(`${served.url}/dashboard/tenants`);
  const policy = answer.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|data:|\*|https?:/);
  expect(await answer.text()).not.toContain("{{");

  const { page } = await arrive({ browser, served });
  const scripts: Response[] = [];
  page.on("response", (response) => {
    if (response.url().endsWith(".js")) scripts.push(response);
  });
  await page.goto(`${served.url}/dashboard`);
  await signIn({ page }, ADMIN_TOKEN);
  await page.getByRole("heading", { name: "The last 30 days" }).waitFor();
  const sizes = await Promise.all(scripts.map(async (script) => gzipSync(await script.body()).length));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThan(250_000);
  await page.context().close();
});

test("offline it says so, and it is up to date again when the network is back", async () => {
  const operator = await arrive({ browser, served });
  const { page } = operator;
  await signIn(operator, ADMIN_TOKEN);
  await page.context().setOffline(true);
  await page.getByText("You are offline").waitFor();
  await page.context().setOffline(false);
  await page.getByText("You are offline").waitFor({ state: "detached" });
  await page.context().close();
});

test("the way from the door to a new tenant needs no mouse", async () => {
  const operator = await arrive({ browser, served });
  const { page } = operator;
  const focused = () =>
    page.evaluate<string>(
      "(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent).trim()",
    );
  const tabTo = async (name: string) => {
    for (let tabs = 0; tabs < 40; tabs++) {
      if ((await focused()) === name) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`${name} is not reached`);
  };
  await page.getByRole("textbox", { name: "Admin token or key" }).focus();
  await page.keyboard.type(ADMIN_TOKEN);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await tabTo("Tenants");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Tenants" }).waitFor();
  await tabTo("New tenant");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "New tenant" }).locator("input:focus").waitFor();
  await page.keyboard.type("By keyboard");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "By keyboard" }).waitFor();
  expect(operator.complaints).toEqual([]);
  await page.context().close();
});
