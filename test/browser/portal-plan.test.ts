import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "./chromium.ts";
import { arrive, barriers, customer, fillProfile, type Person, signIn } from "./portal-person.ts";
import { type Served, serveSandbox } from "./served.ts";

/** What a customer does with a plan once it is theirs, and with a plan that is paid by autopay. */

let served: Served;
let browser: Browser;
beforeAll(async () => {
  [served, browser] = await Promise.all([serveSandbox(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

const pay = ({ checkout }: Person) => checkout.getByRole("button", { name: "Pay", exact: true }).click();

async function choose(person: Person, plan: string): Promise<void> {
  await signIn(person);
  await person.open("Plan");
  await person.page.getByRole("button", { name: `Choose ${plan}` }).click();
  await fillProfile(person);
  await person.page.getByRole("button", { name: "Save and continue" }).click();
}

test("a plan is changed at the end of the cycle, after what it costs was said; then it is paid by another card", async () => {
  const person = await arrive({ browser, served }, await customer(served));
  const { page } = person;
  await choose(person, "Growth");
  await pay(person);
  await person.told("You are on Growth");

  await page.getByRole("button", { name: "Change to Starter" }).click();
  const dialog = page.getByRole("dialog", { name: "Change to Starter?" });
  await dialog.getByText("From then on, ₹588.82 every month, with GST.").waitFor();
  expect(await barriers(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Go to Checkout" }).click();
  await pay(person);
  await person.told("Starter follows at the end of the cycle");
  await person.open("Overview");
  await page.getByText(/^Starter follows on/).waitFor();

  await page.getByRole("button", { name: "Pay another way" }).click();
  await pay(person);
  await person.told("Your payment method is changed");
  expect(person.complaints).toEqual([]);
  await page.context().close();
});

test("a subscription is paused, resumed, and cancelled at the end of its cycle, each after a question", async () => {
  const person = await arrive({ browser, served }, await customer(served));
  const { page } = person;
  await choose(person, "Starter");
  await pay(person);
  await person.told("You are on Starter");
  await person.open("Overview");
  const agree = async (asked: string, answered: string) => {
    await page.getByRole("button", { name: asked, exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: answered, exact: true }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
  };
  await agree("Pause", "Pause");
  const paused = page.getByRole("region", { name: "Your subscription is paused" });
  await paused.getByRole("button", { name: "Resume" }).click();
  await paused.waitFor({ state: "detached" });
  await agree("Cancel", "Cancel subscription");
  await person.told("Your subscription ends with this cycle");
  await page.getByText(/^Ends \d/).waitFor();
  expect(person.complaints).toEqual([]);
  await page.context().close();
});

test("a plan that is paid by autopay begins when the mandate is confirmed, and is shown as it was agreed on", async () => {
  const person = await arrive({ browser, served }, await customer(served));
  const { page } = person;
  await choose(person, "Scale");
  await person.told("One step is left");
  await page.getByRole("region", { name: "Scale waits for autopay" }).waitFor();
  await page.getByRole("textbox", { name: "At most, for one debit, in rupees" }).fill("15000");
  await page.getByRole("button", { name: "Set up autopay", exact: true }).click();
  await pay(person);
  await person.told("Autopay is on");
  await page.getByText("up to ₹15,000 for one debit").waitFor();
  await person.open("Overview");
  await page.getByRole("region", { name: "Scale waits for autopay" }).waitFor({ state: "detached" });
  await page
    .getByTestId("standing")
    .filter({ hasText: /served/i })
    .waitFor();
  await page.getByTestId("grant-included").filter({ hasText: "of ₹7,800.00" }).waitFor();

  const { data: plans } = await served.admin<{ data: { id: string; name: string }[] }>("GET", "plans");
  const scale = plans.find(({ name }) => name === "Scale");
  await served.admin("PATCH", `plans/${scale?.id}`, { price_paise: 899_900 });
  await page.reload();
  await person.open("Plan");
  await page.getByRole("region", { name: "Scale" }).filter({ hasText: "₹7,999" }).waitFor();
  expect(person.complaints).toEqual([]);
  await page.context().close();
});
