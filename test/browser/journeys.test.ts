import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "./chromium.ts";
import { ask, lastAnswer, setKey } from "./page.ts";
import { arrive, customer, fillProfile } from "./portal-person.ts";
import { type Served, serveSandbox } from "./served.ts";

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
