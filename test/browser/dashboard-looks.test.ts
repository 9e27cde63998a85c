import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "./chromium.ts";
import { arrive, call, signIn } from "./dashboard-person.ts";
import { NARROW } from "./page.ts";
import { barriers } from "./portal-person.ts";
import { ADMIN_TOKEN, type Served, serveSandbox } from "./served.ts";

/** The dashboard in every light and width, by keyboard, and when things go wrong. */

let served: Served;
let browser: Browser;
let pages: readonly (readonly [path: string, title: string])[];
beforeAll(async () => {
  [served, browser] = await Promise.all([serveSandbox(), openBrowser()]);
  const { key, tenantId } = await served.keyWith(500_000_000, { name: "Acme", currency: "INR" });
  const { request_id } = await call(served, key);
  await served.admin("POST", `tenants/${tenantId}/users`, { external_id: "maya@example.com" });
  await served.admin("PUT", "limits", {
    ...{ scope: "tenant", subject_id: tenantId },
    limits: [{ metric: "requests", window: "day", amount: 1_000 }],
  });
  pages = [
    ["/", "Overview"],
    ["/live", "Live"],
    ["/usage", "Usage"],
    ["/tenants", "Tenants"],
    ...["", "/usage", "/billing", "/limits", "/users", "/keys", "/issuers"].map(
      (part) => [`/tenants/${tenantId}${part}`, "Acme"] as const,
    ),
    [`/requests/${request_id}`, "Request"],
    ["/nowhere", "There is no such page"],
  ];
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

const LARGE = { width: 1440, height: 900 };

test.each([
  ["1440 px, light", { viewport: LARGE, colorScheme: "light" }],
  ["390 px, dark", { viewport: NARROW, colorScheme: "dark" }],
] as const)("at %s every page shows itself without a complaint of the browser", async (_look, look) => {
  const operator = await arrive({ browser, served }, look);
  const { page } = operator;
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  expect(await barriers(page), "the door").toEqual([]);
  await signIn(operator, ADMIN_TOKEN);
  const root = "document.documentElement";
  for (const [path, title] of pages) {
    await operator.goTo(path, title);
    await page.locator("main .mantine-Skeleton-root").first().waitFor({ state: "detached" });
    expect(await barriers(page), path).toEqual([]);
    expect(await page.evaluate(`${root}.scrollWidth - ${root}.clientWidth`), `${path} sticks out sideways`).toBe(0);
  }
  expect(operator.complaints).toEqual([]);
  await page.context().close();
});

test("its first load is within 250 KB of script, and it may load nothing of anybody else's", async () => {
  const answer = await fetch(`${served.url}/dashboard/tenants`);
  const policy = answer.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|data:|\*|https?:/);
  expect(await answer.text()).not.toContain("{{");

  const { page } = await arrive({ browser, served });
  const scripts = new Map<string, number>();
  page.on("response", async (response) => {
    if (response.url().endsWith(".js")) scripts.set(response.url(), gzipSync(await response.body()).length);
  });
  await page.goto(`${served.url}/dashboard`);
  await signIn({ page } as never, ADMIN_TOKEN);
  await page.getByRole("heading", { name: "The last 30 days" }).waitFor();
  const bytes = [...scripts.values()].reduce((sum, size) => sum + size, 0);
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
  await page.getByRole("dialog", { name: "New tenant" }).waitFor();
  await page.keyboard.type("By keyboard");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "By keyboard" }).waitFor();
  expect(operator.complaints).toEqual([]);
  await page.context().close();
});
