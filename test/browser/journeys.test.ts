import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "./chromium.ts";
import * as dashboard from "./dashboard-person.ts";
import { ask, lastAnswer, openPage, SOON, setKey } from "./page.ts";
import { arrive, customer, fillProfile, signIn } from "./portal-person.ts";
import { ADMIN_TOKEN, type Served, serveSandbox } from "./served.ts";

/** Ways that lead through several pages. Others are told where their page is: from tenant to usage in dashboard.test.ts, from plan to quota in portal.test.ts. */

let served: Served;
let browser: Browser;
beforeAll(async () => {
  [served, browser] = await Promise.all([serveSandbox(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

test("from the first start to the first streamed answer nothing is asked of anybody, and what it cost is seen", async () => {
  const { page, complaints } = await openPage({ browser, url: served.url });
  const quota = page.locator("#quota .amount");
  const before = await quota.innerText();
  await page.locator("#examples button").first().click();
  const text = lastAnswer(page).locator(".text");
  await text.filter({ hasText: "You said" }).waitFor();
  await lastAnswer(page)
    .locator(".meter", { hasText: /\d+ tokens in, \d+ out · cost \$0\.\d+/ })
    .waitFor();
  await quota.filter({ hasNotText: before }).waitFor();
  await lastAnswer(page).getByRole("button", { name: "Receipt" }).click();
  await lastAnswer(page).locator(".receipt").getByText("claude-sonnet-5-5").first().waitFor();
  expect(complaints).toEqual([]);
  await page.close();
});

test("what is left is used up in the midst of an answer; a top-up later it goes on", async () => {
  const acme = await customer(served);
  await served.admin("POST", `tenants/${acme.tenantId}/credits`, { amount_micros: 300_000, reason: "test" });
  const person = await arrive({ browser, served }, acme, { path: "/" });
  const { page } = person;
  await setKey(page, acme.key);
  await page.locator("#quota .amount", { hasText: "₹0.30 left" }).waitFor();
  await ask(page, "[[output_tokens=4000]] [[pace_ms=1]] Tell me everything");
  await lastAnswer(page).getByText("The answer was ended early.").waitFor();
  expect(await lastAnswer(page).locator(".text").innerText()).toContain("You said");
  // What is left is too little for any answer.
  await ask(page, "And then?");
  await lastAnswer(page).getByText("Your quota does not cover this message.").waitFor();

  // The same tab is signed in at the portal.
  await page.locator("#quota").getByRole("link", { name: "Top up" }).click();
  await person.open("Credit");
  await page.getByRole("button", { name: "₹500", exact: true }).click();
  await page.getByRole("button", { name: "Pay for ₹500.00 of credit" }).click();
  await fillProfile(person);
  await page.getByRole("button", { name: "Save and continue" }).click();
  await person.checkout.getByRole("button", { name: "Pay", exact: true }).click();
  await person.told("₹500.00 of credit is yours");

  await page.goto(served.url);
  await page.locator("#quota .amount", { hasText: /₹(500|499)\.\d+ left/ }).waitFor();
  await ask(page, "[[output_tokens=50]] And now?");
  await lastAnswer(page).locator(".meter", { hasText: "50 out" }).waitFor();
  await page.context().close();
});

test("a key that is revoked while it streams ends there, and what came is kept and billed", async () => {
  const acme = await customer(served);
  await served.admin("POST", `tenants/${acme.tenantId}/credits`, { amount_micros: 500_000_000, reason: "test" });
  const { secret } = await served.admin<{ secret: string }>("POST", `tenants/${acme.tenantId}/keys`, {
    name: "Intern",
  });
  const reader = await arrive({ browser, served }, acme, { path: "/" });
  await setKey(reader.page, secret);
  await reader.page.locator("#quota .amount").waitFor();
  await ask(reader.page, "[[output_tokens=3000]] [[pace_ms=100]] A very long story");
  await lastAnswer(reader.page).locator(".text", { hasText: "You said" }).waitFor();

  const keeper = await arrive({ browser, served }, acme, { path: `/portal#token=${acme.key}&part=keys` });
  await keeper.page.getByRole("button", { name: "Revoke Intern" }).click();
  await keeper.page.getByRole("button", { name: "Revoke it" }).click();
  await keeper.told("Intern is revoked");

  await lastAnswer(reader.page).locator(".problem").waitFor();
  expect(await lastAnswer(reader.page).locator(".text").innerText()).toContain("You said");
  await keeper.open("Requests");
  const row = keeper.page.getByRole("table", { name: "Requests" }).getByRole("row").nth(1);
  await row.getByText("Intern").waitFor();
  expect(await row.innerText()).toMatch(/₹[\d.]*[1-9]/);
  await keeper.page.context().close();
  await reader.page.context().close();
});

test("a payment that nobody told of is found by the proof of its day, and is repaired", async () => {
  const operator = await dashboard.arrive({ browser, served });
  await dashboard.signIn(operator, ADMIN_TOKEN);
  await operator.goTo("/sandbox", "Sandbox");
  await untilDayIsNearlyOver();
  const lost = operator.page.getByRole("switch", { name: "are lost" });
  await lost.click();
  await expect.poll(() => lost.isChecked(), SOON).toBe(true);

  const person = await arrive({ browser, served }, await customer(served));
  await signIn(person);
  await person.page.route("**/api/billing/topups/verify", (route) => route.abort());
  await person.open("Credit");
  await person.page.getByRole("button", { name: "₹500", exact: true }).click();
  await person.page.getByRole("button", { name: "Pay for ₹500.00 of credit" }).click();
  await fillProfile(person);
  await person.page.getByRole("button", { name: "Save and continue" }).click();
  await person.checkout.getByRole("button", { name: "Pay", exact: true }).click();
  await person.page.getByText("The top-up did not go through").waitFor();
  await operator.page
    .getByRole("table", { name: "What Razorpay told last" })
    .getByRole("row", { name: /payment\.captured.*lost/ })
    .waitFor();
  await lost.click();
  await expect.poll(() => lost.isChecked(), SOON).toBe(false);
  await person.page.reload();
  await person.open("Overview");
  await person.page.getByTestId("remaining").filter({ hasText: "₹0.00" }).waitFor();

  // The day ends.
  await operator.page.getByRole("combobox", { name: "Unit" }).click();
  await operator.page.getByRole("option", { name: "hours" }).click();
  await operator.page.getByLabel("Move ahead by").fill("0.1");
  await operator.page.getByRole("button", { name: "Move", exact: true }).click();
  await operator.page
    .getByRole("status")
    .getByText(/^It is .* now$/)
    .waitFor();

  await prove(operator);
  await operator.page.getByRole("button", { name: "Payment missing", exact: true }).waitFor();
  await operator.page.getByRole("button", { name: /^Repair Payment missing/ }).click();
  await operator.page.getByRole("dialog").getByRole("button", { name: "Repair" }).click();
  await operator.told("It was looked at again; see what became of it");
  await operator.page.getByRole("row", { name: /Payment missing.*repaired/ }).waitFor();
  await person.page.reload();
  await person.page.getByTestId("remaining").filter({ hasText: "₹500.00" }).waitFor();
  await person.page.context().close();
  await prove(operator);
  await operator.page.getByText("None: everything that was compared agrees").waitFor();
  expect(operator.complaints).toEqual([]);
  await operator.page.context().close();
});

/** Enough to pay in, and less than is moved by then: a tenth of an hour. */
const BEFORE_MIDNIGHT_SECONDS = 300;
const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

const clockNow = async () => Date.parse((await served.admin<{ now: string }>("GET", "sandbox/clock")).now);
/** Of UTC; where less than two hours are left, the one after it. */
function untilMidnight(now: number): number {
  const left = DAY_SECONDS - Math.floor((now / 1000) % DAY_SECONDS);
  return left < 2 * HOUR_SECONDS ? left + DAY_SECONDS : left;
}
/** To the last minutes of a day, when nothing but a proof asks Razorpay for payments before the next one has begun. */
async function untilDayIsNearlyOver(): Promise<void> {
  for (;;) {
    await advance(untilMidnight(await clockNow()) - BEFORE_MIDNIGHT_SECONDS - HOUR_SECONDS);
    // In one step, at whose end is done what is due every quarter of an hour.
    await advance(HOUR_SECONDS);
    const { data } = await served.admin<{ data: { id: string; next_at: string }[] }>("GET", "jobs");
    const asking = data.filter(({ id }) => ["billing.poll", "billing.sweep"].includes(id));
    const until = (await clockNow()) + 2 * BEFORE_MIDNIGHT_SECONDS * 1_000;
    if (asking.every(({ next_at }) => Date.parse(next_at) > until)) return;
  }
}
const advance = (advance_seconds: number) => served.admin("POST", "sandbox/clock", { advance_seconds });

/** Begins a proof of the days that are over, and waits until it has said how it ended. */
async function prove({ page, goTo, told }: dashboard.Operator): Promise<void> {
  await goTo("/reconciliations", "Reconciliation");
  await page.getByRole("button", { name: "New run" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Begin" }).click();
  await told("The run has begun");
  await page.getByRole("main").getByText("done", { exact: true }).first().waitFor();
}
