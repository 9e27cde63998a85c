import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "./chromium.ts";
import { dashboardViews } from "./looks/dashboard-views.ts";
import { type Furnished, furnish } from "./looks/furnished.ts";
import { faultsOf, LOOKS } from "./looks/look.ts";
import { PARTS } from "./looks/portal-views.ts";
import { VISITORS, visitsOf } from "./looks/visits.ts";
import { type Served, serveSandbox } from "./served.ts";

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
