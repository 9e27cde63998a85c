import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TenantId } from "../../src/kernel/id.ts";
import { openBrowser } from "./chromium.ts";
import { arrive, type Operator, signIn } from "./dashboard-person.ts";
import { MANY, seedTenants } from "./many-tenants.ts";
import { SOON } from "./page.ts";
import { ADMIN_TOKEN, type Served, serveSandbox } from "./served.ts";

/** The dashboard of somebody who has a hundred thousand tenants. */

let served: Served;
let browser: Browser;
let ids: readonly TenantId[];
beforeAll(async () => {
  const seed = async (database: string) => {
    ids = await seedTenants(database);
  };
  [served, browser] = await Promise.all([serveSandbox({ seed }), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

const ROWS = 25;
const names = (page: Page) => page.getByRole("cell").getByRole("link", { name: /^Shop/ }).allInnerTexts();
const shop = (number: number) => `Shop ${String(number).padStart(6, "0")}`;
/** The page that ends `before` this shop: the newest is the first. */
const below = (before: number, rows = ROWS) => Array.from({ length: rows }, (_, row) => shop(before - 1 - row));

/** How many rows each answer to the list had. */
function answersTo(page: Page): number[] {
  const rows: number[] = [];
  page.on("response", async (response) => {
    if (new URL(response.url()).pathname !== "/api/admin/tenants") return;
    // Of a page that was left in the meantime there is no answer to read.
    const answer = (await response.json().catch(() => null)) as { data: unknown[] } | null;
    if (answer) rows.push(answer.data.length);
  });
  return rows;
}

async function inside(): Promise<Operator> {
  const operator = await arrive({ browser, served });
  await signIn(operator, ADMIN_TOKEN);
  return operator;
}

test("their list is turned a page at a time, and asks for no more rows than it shows", async () => {
  const operator = await inside();
  const { page } = operator;
  const asked = answersTo(page);
  await operator.goTo("/tenants", "Tenants");
  await expect.poll(() => names(page), SOON).toEqual(below(MANY));
  for (const turned of [1, 2, 3]) {
    await page.getByRole("button", { name: "Next" }).click();
    await expect.poll(() => names(page), SOON).toEqual(below(MANY - turned * ROWS));
  }
  await page.getByRole("button", { name: "Previous" }).click();
  await expect.poll(() => names(page), SOON).toEqual(below(MANY - 2 * ROWS));
  expect(await page.getByRole("row").count()).toBe(ROWS + 1);

  // The far end is as near as the beginning.
  await operator.goTo(`/tenants?after_id=${ids[10]}`, "Tenants");
  await expect.poll(() => names(page), SOON).toEqual(below(10, 10));
  expect(await page.getByRole("button", { name: "Next" }).isDisabled()).toBe(true);
  expect(Math.max(...asked)).toBe(ROWS);
  expect(operator.complaints).toEqual([]);
  await page.context().close();
});

test("one of them is found by a part of its name, and by the beginning of what it is called elsewhere", async () => {
  const operator = await inside();
  const { page } = operator;
  const asked = answersTo(page);
  await operator.goTo("/tenants?q=077777", "Tenants");
  await expect.poll(() => names(page), SOON).toEqual([shop(77_777)]);
  await page.getByLabel("Name or external id").fill("shop-0123");
  await page.keyboard.press("Enter");
  await expect.poll(() => names(page), SOON).toEqual(below(12_400));
  await page.getByRole("button", { name: "Search everything" }).click();
  await page.getByLabel("What you look for").fill("shop-054321");
  await page
    .getByRole("dialog")
    .getByRole("link", { name: /054321/ })
    .click();
  await page.getByRole("heading", { level: 1, name: shop(54_321) }).waitFor();
  expect(Math.max(...asked)).toBe(ROWS);
  expect(operator.complaints).toEqual([]);
  await page.context().close();
});
