import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "./chromium.ts";
import * as dashboard from "./dashboard-person.ts";
import { ask, lastAnswer, setKey } from "./page.ts";
import { arrive, customer, fillProfile } from "./portal-person.ts";
import { ADMIN_TOKEN, type Served, serveSandbox } from "./served.ts";

/** Ways that lead through several pages. */

let served: Served;
let browser: Browser;
beforeAll(async () => {
  [served, browser] = await Promise.all([serveSandbox(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
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
  const events = () => served.admin<{ data: unknown[] }>("GET", `events?tenant_id=${acme.tenantId}`);
  await expect.poll(async () => (await events()).data.length, { timeout: 20_000 }).toBe(1);
  await keeper.page.getByRole("tab", { name: "Requests" }).click();
  const row = keeper.page.getByRole("table", { name: "Requests" }).getByRole("row").nth(1);
  await row.getByText("Intern").waitFor();
  expect(await row.innerText()).toMatch(/₹[\d.]*[1-9]/);
  await keeper.page.context().close();
  await reader.page.context().close();
});

test("a payment that nobody told of is found by the proof of its day, and is repaired", async () => {
  // So close to midnight that nothing but the proof asks for the payment before the day is over: what asks every quarter of an hour has
  // just done so, because time came there in one step.
  await advance(untilMidnight(await clockNow()) - 120 - HOUR_SECONDS);
  await advance(HOUR_SECONDS);
  const operator = await dashboard.arrive({ browser, served });
  await dashboard.signIn(operator, ADMIN_TOKEN);
  await operator.goTo("/sandbox", "Sandbox");
  const lost = operator.page.getByRole("switch", { name: "are lost" });
  await lost.click();
  await expect.poll(() => lost.isChecked(), SOON).toBe(true);

  const acme = await customer(served);
  const person = await arrive({ browser, served }, acme, { path: `/portal#token=${acme.key}` });
  await person.page.route("**/api/billing/topups/verify", (route) => route.abort());
  await person.open("Credit");
  await person.page.getByRole("button", { name: "₹500", exact: true }).click();
  await person.page.getByRole("button", { name: "Pay for ₹500.00 of credit" }).click();
  await fillProfile(person);
  await person.page.getByRole("button", { name: "Save and continue" }).click();
  const before = await captured();
  await person.checkout.getByRole("button", { name: "Pay", exact: true }).click();
  await expect.poll(async () => (await captured()) - before, SOON).toBe(59_000);
  await person.page.context().close();
  expect(await credit(acme.key)).toBe(0);
  await lost.click();
  await expect.poll(() => lost.isChecked(), SOON).toBe(false);
  await advance(180);

  await prove(operator);
  await operator.page.getByRole("button", { name: "Payment missing", exact: true }).waitFor();
  await operator.page.getByRole("button", { name: /^Repair Payment missing/ }).click();
  await operator.page.getByRole("dialog").getByRole("button", { name: "Repair" }).click();
  await operator.told("It was looked at again; see what became of it");
  await operator.page.getByRole("row", { name: /Payment missing.*repaired/ }).waitFor();
  expect(await credit(acme.key)).toBe(500_000_000);
  await prove(operator);
  await operator.page.getByText("None: everything that was compared agrees").waitFor();
  expect(operator.complaints).toEqual([]);
  await operator.page.context().close();
});

const SOON = { timeout: 20_000 };
const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

const clockNow = async () => Date.parse((await served.admin<{ now: string }>("GET", "sandbox/clock")).now);
/** Of UTC; where less than two hours are left, the one after it. */
function untilMidnight(now: number): number {
  const left = DAY_SECONDS - Math.floor((now / 1000) % DAY_SECONDS);
  return left < 2 * HOUR_SECONDS ? left + DAY_SECONDS : left;
}
const advance = (advance_seconds: number) => served.admin("POST", "sandbox/clock", { advance_seconds });

async function captured(): Promise<number> {
  const { totals } = await served.admin<{ totals: { captured_paise: number } }>("GET", "sandbox/razorpay");
  return totals.captured_paise;
}

async function credit(key: string): Promise<number> {
  const answer = await fetch(`${served.url}/api/quota`, { headers: { "x-api-key": key } });
  return ((await answer.json()) as { remaining_micros: number }).remaining_micros;
}

/** Begins a proof of the days that are over, and waits until it has said how it ended. */
async function prove({ page, goTo, told }: dashboard.Operator): Promise<void> {
  await goTo("/reconciliations", "Reconciliation");
  await page.getByRole("button", { name: "New run" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Begin" }).click();
  await told("The run has begun");
  await page.getByRole("main").getByText("done", { exact: true }).first().waitFor();
}
