import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "./chromium.ts";
import * as dashboard from "./dashboard-person.ts";
import { faultsOnTheWayRound, keysOf } from "./looks/by-keyboard.ts";
import { dashboardViews, follow } from "./looks/dashboard-views.ts";
import { type Furnished, furnish } from "./looks/furnished.ts";
import { faultsOf, LOOKS, lookAt } from "./looks/look.ts";
import { PARTS, portalViews } from "./looks/portal-views.ts";
import { VISITORS, visitsOf } from "./looks/visits.ts";
import * as portal from "./portal-person.ts";
import { ADMIN_TOKEN, type Served, serveSandbox } from "./served.ts";

/** Every page and what opens on it, wide and narrow, by day and by night: the pages that `npm run shots` takes pictures of. */

let served: Served;
let browser: Browser;
let furnished: Furnished;
beforeAll(async () => {
  [served, browser] = await Promise.all([serveSandbox(), openBrowser()]);
  furnished = await furnish({ browser, served }, { days: 1 });
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

test.each(VISITORS)("%s finds no barrier, nothing that sticks out, and the browser has no complaint", async (name) => {
  const { arrive, views } = visitsOf({ browser, served }, furnished)[name];
  const { page, complaints } = await arrive();
  expect(await faultsOf(page, views)).toEqual([]);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("no page of the dashboard and no part of the portal is left out", () => {
  const source = (path: string) => readFileSync(join(import.meta.dirname, "../../src/web/apps", path), "utf8");
  const places = [...source("dashboard/places.ts").matchAll(/\bat\("([^"]+)"/g)].map(([, path]) => path);
  expect(places.length).toBeGreaterThan(25);
  const seen = new Set(dashboardViews(furnished).map(({ place }) => place));
  expect(places.filter((path) => path && !seen.has(path))).toEqual([]);

  const parts = [...source("portal/Account.tsx").matchAll(/\bname: "(\w+)",\s+label: "/g)].map(([, name]) => name);
  expect(parts.toSorted()).toEqual([...PARTS].toSorted());
});

test("by night the ground is dark, and by day it is light", async () => {
  for (const { viewport, colorScheme } of LOOKS.slice(0, 2))
    for (const path of ["/", "/portal", "/dashboard"]) {
      const page = await browser.newPage({ viewport, colorScheme });
      await page.goto(`${served.url}${path}`);
      await page.getByRole("button").first().waitFor();
      const ground = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
      expect(Number(/\d+/.exec(ground)?.[0]) < 128, `${path}, ${colorScheme}`).toBe(colorScheme === "dark");
      await page.context().close();
    }
});

/** One page for each kind of control that there is. */
const WALKED = ["overview", "usage", "tenants", "tenant-billing", "invoice-open", "plan", "reconciliation", "health"];

test("Tab reaches everything on a page of the dashboard, and it shows where it is", async () => {
  const { page, ...operator } = await dashboard.arrive({ browser, served });
  await dashboard.signIn({ page }, ADMIN_TOKEN);
  const found: string[] = [];
  const views = dashboardViews(furnished).filter(({ name }) => WALKED.includes(name));
  expect(views).toHaveLength(WALKED.length);
  const walk = async (where: string) => {
    found.push(...(await faultsOnTheWayRound(page)).map((fault) => `${where}: ${fault}`));
  };
  for (const view of views) await lookAt(page, view, () => walk(view.name), LOOKS.slice(0, 1));
  // On a telephone the menu covers the page: nothing is reached that it covers, and nothing of it while it is closed.
  await page.setViewportSize(LOOKS[1].viewport);
  await walk("narrow");
  await page.getByRole("button", { name: "Open the menu" }).press("Enter");
  await walk("narrow, with the menu");
  expect(found).toEqual([]);
  expect(operator.complaints).toEqual([]);
  await page.context().close();
});

test("Tab reaches everything in the portal, and it shows where it is", async () => {
  const person = await portal.arrive({ browser, served }, furnished);
  await portal.signIn(person);
  const found: string[] = [];
  for (const view of portalViews("plan"))
    await lookAt(
      person.page,
      view,
      async () => {
        found.push(...(await faultsOnTheWayRound(person.page)).map((fault) => `${view.name}: ${fault}`));
      },
      LOOKS.slice(0, 1),
    );
  expect(found).toEqual([]);
  await person.page.context().close();
});

test("whatever opens is opened, used and left by keyboard, and the focus goes back to where it was", async () => {
  const { page, ...operator } = await dashboard.arrive({ browser, served });
  await dashboard.signIn({ page }, ADMIN_TOKEN);
  const { press, type, tabTo, focused } = keysOf(page);
  const focusIs = (name: string | RegExp) => expect.poll(focused).toMatch(name);
  const isWithin = () => page.evaluate("document.activeElement.closest('[role=dialog]') !== null");
  const gone = (role: "dialog" | "menu" | "listbox") => page.getByRole(role).waitFor({ state: "detached" });

  // A menu.
  await tabTo("admin");
  await press("Enter");
  await page.getByRole("menuitem", { name: "Sign out" }).waitFor();
  await press("ArrowDown");
  await focusIs("Sign out");
  await press("Escape");
  await focusIs("admin");
  // The search, and a link in it.
  await press("/");
  await page.getByRole("dialog", { name: "Search" }).locator("input:focus").waitFor();
  await type("acme-ana");
  await page.getByRole("dialog").getByRole("link").first().waitFor();
  await tabTo(/acme-analytics/);
  await press("Enter");
  await page.getByRole("heading", { level: 1, name: "Acme Analytics" }).waitFor();
  // A part of the page.
  await tabTo("Keys");
  await press("Enter");
  await page.getByRole("table").getByText("Maya's notebook").waitFor();
  // A form, that says what is wrong and can be left.
  await tabTo("New key");
  await press("Enter");
  await page.getByRole("dialog", { name: "New key" }).waitFor();
  await focusIs("Name");
  await press("Escape");
  await gone("dialog");
  await focusIs("New key");
  // What asks first: the focus stays within until it is answered.
  await tabTo(/^Revoke/);
  const asked = await focused();
  await press("Enter");
  await page.getByRole("dialog").waitFor();
  await expect.poll(isWithin).toBe(true);
  for (let tabs = 0; tabs < 5; tabs++) {
    await press("Tab");
    expect(await isWithin()).toBe(true);
  }
  await tabTo("Not now");
  await press("Enter");
  await gone("dialog");
  await focusIs(asked);
  // A list: a choice among its filters, taken back, and its order.
  await follow(page, "/invoices", "Invoices");
  await tabTo("State");
  await press("ArrowDown");
  await page.getByRole("listbox").waitFor();
  await press("ArrowDown");
  await press("Enter");
  await page.waitForURL(/[?&]\w+=\w+/);
  await tabTo("Clear State");
  await press("Enter");
  await page.waitForURL(/invoices$/);
  await page.getByRole("table", { name: "Invoices" }).waitFor();
  await tabTo("Number");
  await press("Enter");
  await page.locator("th[aria-sort=ascending]").waitFor();
  // A line of a list, that tells more beside it.
  await follow(page, "/audit?action=plan.*", "Audit log");
  await tabTo(/^plan\./);
  const line = await focused();
  await press("Enter");
  await page.getByRole("dialog").waitFor();
  await expect.poll(isWithin).toBe(true);
  await press("Escape");
  await gone("dialog");
  await focusIs(line);
  // A chart, as a table.
  await follow(page, "/usage", "Usage");
  await tabTo(/as a table$/);
  await press("Enter");
  await focusIs(/as a chart$/);
  // The menu of a telephone.
  await page.setViewportSize(LOOKS[1].viewport);
  await tabTo("Open the menu");
  await press("Enter");
  await tabTo("Plans");
  await press("Escape");
  await page.getByRole("button", { name: "Open the menu" }).waitFor();
  expect(operator.complaints).toEqual([]);
  await page.context().close();
});
