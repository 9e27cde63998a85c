import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "./chromium.ts";
import { SOON } from "./page.ts";
import { arrive, customer, fillProfile, type Person, signIn } from "./portal-person.ts";
import { type Served, serveSandbox } from "./served.ts";

/** A paying customer's way through the portal, clicked as a person does, with Razorpay simulated. */

let served: Served;
let browser: Browser;
beforeAll(async () => {
  [served, browser] = await Promise.all([serveSandbox(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

const DAY_SECONDS = 86_400;
const pass = (days: number) => served.admin("POST", "sandbox/clock", { advance_seconds: days * DAY_SECONDS });
/** What the overview says is left, in the words of the page. */
const left = ({ page }: Person) => page.getByTestId("remaining").innerText();

test("subscribe, pay, top up, see the invoice, fail a payment, be suspended, pay the link, be served again", async () => {
  const person = await arrive({ browser, served }, await customer(served));
  const { page, checkout } = person;
  await signIn(person);
  expect(await left(person)).toBe("₹0.00");
  expect(await person.call()).toEqual({ status: 402, code: "quota_exhausted" });

  // A plan is chosen; who is buying is asked first, and what is wrong stands beside its field.
  await person.open("Plan");
  await page.getByRole("button", { name: "Choose Growth" }).click();
  await page.getByRole("button", { name: "Save and continue" }).click();
  await page.getByText("Choose a State.").waitFor();
  await fillProfile(person);
  await page.getByLabel("GSTIN").fill("29AAAAA0000A1Z9");
  await page.getByRole("button", { name: "Save and continue" }).click();
  await page.getByText("Is no GSTIN: fifteen characters").waitFor();
  await page.getByLabel("GSTIN").fill("");
  await page.getByRole("button", { name: "Save and continue" }).click();

  // The first payment fails, and Checkout is left: nothing is charged, and it can be taken up again.
  await checkout.getByRole("button", { name: "Fail: insufficient funds" }).click();
  await checkout.getByRole("button", { name: "Cancel" }).click();
  await person.told("The payment failed");
  await page.getByRole("region", { name: "Growth waits for your approval" }).waitFor();
  await page.getByRole("button", { name: "Continue" }).click();
  await checkout.getByRole("button", { name: "Pay", exact: true }).click();
  await person.told("You are on Growth");

  await person.open("Overview");
  await expect.poll(() => left(person), SOON).toBe("₹6,900.00");
  const shows = (part: string, words: string | RegExp) => page.getByTestId(part).filter({ hasText: words }).waitFor();
  await shows("standing", /served/i);
  await shows("grant-included", "of ₹1,900.00");
  await shows("grant-overage", "of ₹5,000.00");

  // Credit is bought.
  await person.open("Credit");
  await page.getByRole("button", { name: "₹500", exact: true }).click();
  await page.getByRole("button", { name: "Pay for ₹500.00 of credit" }).click();
  await checkout.getByRole("button", { name: "Pay", exact: true }).click();
  await person.told("₹500.00 of credit is yours");
  await person.open("Overview");
  await expect.poll(() => left(person), SOON).toBe("₹7,400.00");

  // Both payments have their invoice.
  await person.open("Invoices");
  await expect.poll(() => page.getByRole("row").filter({ hasText: "Paid" }).count(), SOON).toBe(2);
  expect(await page.getByRole("row").filter({ hasText: "Top-up" }).innerText()).toContain("₹590.00");
  const saved = page.waitForEvent("download");
  await page
    .getByRole("row")
    .filter({ hasText: "Plan" })
    .getByRole("button", { name: /^PDF of/ })
    .click();
  const document = await saved;
  expect(document.suggestedFilename()).toMatch(/^TG-\d\d-\d\d-\d+\.pdf$/);
  expect(
    readFileSync(await document.path())
      .subarray(0, 5)
      .toString(),
  ).toBe("%PDF-");

  // More than the plan and the credit cover is used; a month later it is billed, and nobody pays.
  for (let calls = 0; calls < 25; calls++) {
    expect((await person.call("[[output_tokens=120000]] [[pace_ms=0]] go")).status).toBe(200);
  }
  await page.reload();
  await person.open("Overview");
  await shows("grant-overage", /₹1[45]\d\.\d\d of/);
  await pass(33);
  await page.reload();
  const open = page.getByRole("region", { name: /is open$/ });
  await open.getByText(/Without payment, service stops on/).waitFor();
  expect((await person.call()).status).toBe(200);

  await pass(9);
  await page.reload();
  const suspended = page.getByRole("region", { name: /^Service is suspended/ });
  await suspended.waitFor();
  await shows("standing", /suspended/i);
  await expect.poll(() => person.call(), SOON).toEqual({ status: 402, code: "subscription_halted" });

  // The link is paid, first with a card that has nothing on it; the page hears of it by itself.
  const opened = page.waitForEvent("popup");
  await suspended.getByRole("link", { name: /^Pay ₹/ }).click();
  const link = await opened;
  await link.getByRole("button", { name: "Fail: insufficient funds" }).click();
  await link.getByRole("alert").filter({ hasText: "insufficient_funds" }).waitFor();
  await link.getByRole("button", { name: "Pay", exact: true }).click();
  await link.getByText("Payment successful").waitFor();
  await link.close();
  await suspended.waitFor({ state: "detached" });
  await shows("standing", /served/i);
  await expect.poll(async () => (await person.call()).status, SOON).toBe(200);
  await person.open("Invoices");
  await page.getByRole("row").filter({ hasText: "Usage beyond the plan" }).filter({ hasText: "Paid" }).waitFor();
  expect(person.complaints).toEqual([]);
  await page.context().close();
});
