import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "./chromium.ts";
import { arrive, type Operator, signIn } from "./dashboard-person.ts";
import { SOON } from "./page.ts";
import { ADMIN_TOKEN, type Served, serveSandbox } from "./served.ts";

/** What each role is offered on the dashboard, and that a session can be ended from elsewhere. */

let served: Served;
let browser: Browser;
beforeAll(async () => {
  [served, browser] = await Promise.all([serveSandbox(), openBrowser()]);
  await served.keyWith(500_000_000, { name: "Acme", currency: "INR" });
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

async function enter(name: string, role: string): Promise<Operator> {
  const { secret } = await served.admin<{ secret: string }>("POST", "keys", { name, role });
  const operator = await arrive({ browser, served });
  await signIn(operator, secret);
  return operator;
}

/** Where what can be done: by a link of the menu, then by those of the page itself. */
const OFFERED: readonly (readonly [way: readonly string[], button: string | RegExp, by: "finance" | "owner"])[] = [
  [["Tenants"], "New tenant", "owner"],
  [["Tenants", "Acme"], /^Suspend/, "owner"],
  [["Tenants", "Acme", "Billing"], "Give credit", "finance"],
  [["Tenants", "Acme", "Billing"], "Subscribe", "finance"],
  [["Tenants", "Acme", "Keys"], "New key", "owner"],
  [["Tenants", "Acme", "Keys"], /^Revoke/, "owner"],
  [["Tenants", "Acme", "Limits"], "New limit", "owner"],
  [["Promotions"], "New promotion", "finance"],
  [["Reconciliation"], "New run", "finance"],
  [["Plans"], "New plan", "owner"],
  [["Prices"], "New prices", "owner"],
  [["Endpoints"], "New endpoint", "owner"],
  [["Sellers"], "Add a seller", "finance"],
  [["Administrators"], "New admin key", "owner"],
  [["Sandbox"], "+ 1 day", "owner"],
];

test.each(["owner", "finance", "support"])("%s sees every page, and the buttons of that role alone", async (role) => {
  const operator = await enter(`The ${role}`, role);
  const { page } = operator;
  let last = "";
  for (const [way, button, by] of OFFERED) {
    if (way.join() !== last) {
      const [place = "", ...further] = way;
      await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: place, exact: true }).click();
      await page.getByRole("heading", { level: 1, name: place, exact: true }).waitFor();
      for (const link of further) await page.getByRole("main").getByRole("link", { name: link, exact: true }).click();
      if (further.length > 0) await page.getByRole("heading", { level: 1, name: "Acme", exact: true }).waitFor();
      last = way.join();
    }
    // What is not there yet stands as a grey block.
    await page.locator("main .mantine-Skeleton-root").first().waitFor({ state: "detached" });
    const isOffered = role === "owner" || role === by;
    const found = page.getByRole("main").getByRole("button", { name: button, exact: typeof button === "string" });
    await expect
      .poll(async () => (await found.count()) > 0, { message: `${way.join(" → ")}: ${button}`, ...SOON })
      .toBe(isOffered);
  }
  expect(operator.complaints).toEqual([]);
  await page.context().close();
});

test("whose session is ended elsewhere is shown the door by the next thing they look at", async () => {
  const sana = await enter("Sana", "finance");
  const owner = await arrive({ browser, served });
  await signIn(owner, ADMIN_TOKEN);
  await owner.goTo("/administrators", "Administrators");
  const hers = owner.page.getByRole("table", { name: "Sessions" }).getByRole("row", { name: /Sana/ });
  await hers.getByRole("button", { name: /^End/ }).click();
  await owner.page.getByRole("dialog").getByRole("button", { name: "End" }).click();
  await owner.told("The session is ended");
  await hers.waitFor({ state: "detached" });

  await sana.page.getByRole("link", { name: "Invoices", exact: true }).click();
  await sana.page.getByRole("textbox", { name: "Admin token or key" }).waitFor();
  expect(await sana.page.getByRole("navigation").count()).toBe(0);
  for (const { page, complaints } of [sana, owner]) {
    expect(complaints).toEqual([]);
    await page.context().close();
  }
});
