import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "./chromium.ts";
import { arrive, type Operator, signIn } from "./dashboard-person.ts";
import { barriers, customer } from "./portal-person.ts";
import { ADMIN_TOKEN, type Served, serveSandbox } from "./served.ts";

/** A customer's subscription, from its first day to its last, as an operator deals with it on the tenant's page. */

let served: Served;
let browser: Browser;
beforeAll(async () => {
  [served, browser] = await Promise.all([serveSandbox(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

const card = ({ page }: Operator) => page.getByRole("region", { name: "Subscription" });
/** What the card says of one thing. */
const fact = (operator: Operator, name: string) =>
  card(operator)
    .locator("dl > div", { has: operator.page.getByRole("term").getByText(name, { exact: true }) })
    .getByRole("definition");
const says = (operator: Operator, name: string, words: string) =>
  fact(operator, name).getByText(words, { exact: true }).waitFor();

/** Presses what asks first, and agrees. */
async function agree({ page, told }: Operator, label: string, done: string): Promise<void> {
  await page.getByRole("button", { name: new RegExp(`^${label}\\b`) }).click();
  await page.getByRole("dialog").getByRole("button", { name: label, exact: true }).click();
  await told(done);
}

/** What the customer does with the address that they were sent. */
async function approve(operator: Operator, of: string): Promise<void> {
  const { page } = operator;
  const opened = page.waitForEvent("popup");
  await fact(operator, of).getByRole("link").click();
  const theirs = await opened;
  await theirs.getByRole("radio", { name: "Card (Indian bank)" }).check();
  await theirs.getByRole("button", { name: "Pay", exact: true }).click();
  await theirs.getByText("Payment successful").waitFor();
  await theirs.close();
}

test("a subscription is made, approved, paused, resumed, ended with its cycle, changed after a look at it, and cancelled", async () => {
  const { tenantId } = await customer(served);
  const operator = await arrive({ browser, served });
  const { page } = operator;
  await signIn(operator, ADMIN_TOKEN);
  await operator.goTo(`/tenants/${tenantId}/billing`, "Acme Analytics");
  await card(operator).getByText("There was never one.").waitFor();

  await page.getByRole("button", { name: "Fill in" }).click();
  const who = page.getByRole("dialog", { name: "Who is billed" });
  for (const [label, value] of [
    ["Name or company", "Acme Analytics Pvt Ltd"],
    ["E-mail", "pay@acme.example"],
    ["Telephone", "98765 43210"],
    ["Address", "1 MG Road"],
    ["City", "Bengaluru"],
    ["Postal code", "560001"],
  ] as const)
    await who.getByRole("textbox", { name: label, exact: true }).fill(value);
  await who.getByRole("combobox", { name: "State or Union Territory" }).click();
  await page.getByRole("option", { name: "Karnataka" }).click();
  await who.getByRole("button", { name: "Save" }).click();
  await operator.told("The billing details are saved");

  await page.getByRole("button", { name: "Subscribe" }).click();
  const form = page.getByRole("dialog", { name: "Subscribe to a plan" });
  await form.getByRole("combobox", { name: "Plan" }).click();
  await page.getByRole("option", { name: /^Growth/ }).click();
  await form.getByRole("button", { name: "Subscribe" }).click();
  await operator.told("The subscription waits to be approved");
  await approve(operator, "To approve");
  await says(operator, "State", "active");
  await says(operator, "Method", "card domestic");
  await page.getByTestId("grant-included").filter({ hasText: "₹1,900.00 left of ₹1,900.00" }).waitFor();

  await agree(operator, "Pause", "It is paused");
  await says(operator, "State", "paused");
  await agree(operator, "Resume", "It goes on");
  await says(operator, "State", "active");
  const history = (name: string) => card(operator).getByRole("table", { name });
  for (const change of ["created active", "active paused", "paused active"])
    await history("How it came to this")
      .getByRole("row", { name: new RegExp(` ${change} `) })
      .waitFor();
  await agree(operator, "Cancel at the end", "It ends with the cycle");
  await says(operator, "Ends", "at the end of the cycle");

  // What Razorpay does not do for the card of an Indian bank is a second subscription, which the customer approves.
  await page.getByRole("button", { name: "Change plan" }).click();
  const change = page.getByRole("dialog", { name: "Change plan" });
  await change.getByRole("combobox", { name: "Plan" }).click();
  await page.getByRole("option", { name: /^Starter/ }).click();
  await change.getByText("₹588.82").waitFor();
  await change.getByText("the customer approves it at Razorpay first").waitFor();
  expect(await barriers(page)).toEqual([]);
  await change.getByRole("button", { name: "Change plan" }).click();
  await operator.told("The change of plan is on its way");
  await says(operator, "Changes to", "Starter (created)");
  await approve(operator, "To approve the change");
  await says(operator, "Changes to", "Starter (authenticated)");

  await agree(operator, "Cancel now", "The subscription is cancelled");
  await card(operator).getByText("There is none now.").waitFor();
  for (const plan of ["Growth", "Starter"])
    await history("Earlier subscriptions")
      .getByRole("row", { name: new RegExp(`^${plan} cancelled `) })
      .waitFor();
  await history("How the last one ended")
    .getByRole("row", { name: / authenticated cancelled / })
    .waitFor();
  await page.getByRole("button", { name: "Subscribe" }).waitFor();
  expect(operator.complaints).toEqual([]);
  await page.context().close();
});
