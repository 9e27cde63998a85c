import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "./chromium.ts";
import { SOON } from "./page.ts";
import { arrive, customer, fillProfile, signIn } from "./portal-person.ts";
import { type Served, serveSandbox } from "./served.ts";

/** What the portal weighs, that it can be used by keyboard and by an end user, and what it says when things go wrong. */

let served: Served;
let browser: Browser;
let acme: { tenantId: string; key: string };
beforeAll(async () => {
  [served, browser] = await Promise.all([serveSandbox(), openBrowser()]);
  acme = await customer(served);
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

test("it may run its own scripts, and Checkout's; styles are let in by a nonce that is never used twice", async () => {
  const [one, two] = await Promise.all([fetch(`${served.url}/portal`), fetch(`${served.url}/portal`)]);
  const policies = [one, two].map((answer) => answer.headers.get("content-security-policy") ?? "");
  expect(policies[0]).toContain("default-src 'none'");
  expect(policies[0]).not.toMatch(/unsafe|data:|\*/);
  expect(policies[0]).not.toBe(policies[1]);
  expect(await one.text()).not.toContain("{{");
});

test("its scripts come compressed, may be kept for good, and are within 250 KB", async () => {
  const page = await (await fetch(`${served.url}/portal`)).text();
  const scripts = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, path]) => path!);
  let bytes = 0;
  for (const path of scripts) {
    const answer = await fetch(`${served.url}${path}`, { headers: { "accept-encoding": "br" } });
    expect(answer.headers.get("content-encoding")).toBe("br");
    expect(answer.headers.get("content-type")).toContain("javascript");
    expect(answer.headers.get("cache-control")).toContain("immutable");
    bytes += Number(answer.headers.get("content-length"));
  }
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(250_000);
});

test("a key that is not accepted is told so at the door, and the next one is let in", async () => {
  const person = await arrive({ browser, served }, acme);
  const { page } = person;
  await page.getByRole("textbox", { name: "API key or token" }).fill("tg_test_wrong");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").filter({ hasText: "You could not be signed in" }).waitFor();
  await signIn(person);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("textbox", { name: "API key or token" }).waitFor();
  expect(await page.evaluate("sessionStorage.length")).toBe(0);
  await page.context().close();
});

test("an end user who pays for themselves comes with the token that the SaaS gave them", async () => {
  const { tenantId, key } = await customer(served, { billing: "user" });
  const answer = await fetch(`${served.url}/api/auth/token`, {
    method: "POST",
    headers: { "x-api-key": key, "content-type": "application/json" },
    body: JSON.stringify({ sub: "maya@example.com" }),
  });
  const { token } = (await answer.json()) as { token: string };
  const person = await arrive({ browser, served }, { tenantId, key: token }, { path: `/portal#token=${token}` });
  expect(await person.page.evaluate("location.href")).not.toContain(token);
  await person.page.getByRole("banner").getByText("maya@example.com").waitFor();
  await person.open("Details");
  await fillProfile(person);
  await person.page.getByRole("button", { name: "Save" }).click();
  await person.told("Your billing details are saved");
  await person.open("Credit");
  await person.page.getByRole("button", { name: /^Pay for/ }).click();
  await person.checkout.getByRole("button", { name: "Pay", exact: true }).click();
  await person.told("₹1,000.00 of credit is yours");
  await person.open("Overview");
  await person.page.getByTestId("remaining").filter({ hasText: "₹1,000.00" }).waitFor();
  expect(person.complaints).toEqual([]);
  await person.page.context().close();
});

test("a promotion code that does not exist is refused beside its field, and a good one becomes credit", async () => {
  await served.admin("POST", "promotions", { code: "WELCOME50", credit_micros: 50_000_000 });
  const person = await arrive({ browser, served }, await customer(served));
  const { page } = person;
  await signIn(person);
  await person.open("Credit");
  const code = page.getByRole("textbox", { name: "Code" });
  await code.fill("NOSUCH");
  await code.press("Enter");
  await expect.poll(() => code.getAttribute("aria-invalid"), SOON).toBe("true");
  await code.fill("welcome50");
  await code.press("Enter");
  await person.told("₹50.00 of credit is yours");
  await page.context().close();
});

test("offline it says so, and it is up to date again when the network is back", async () => {
  const person = await arrive({ browser, served }, acme);
  const { page } = person;
  await signIn(person);
  await page.context().setOffline(true);
  await page.getByText("You are offline").waitFor();
  await page.context().setOffline(false);
  await page.getByText("You are offline").waitFor({ state: "detached" });
  await page.context().close();
});

test("the way from the door to Checkout needs no mouse", async () => {
  const person = await arrive({ browser, served }, acme);
  const { page } = person;
  const focused = () =>
    page.evaluate<string>(
      "(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent).trim()",
    );
  const tabTo = async (name: string) => {
    for (let tabs = 0; tabs < 30; tabs++) {
      if ((await focused()) === name) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`${name} is not reached`);
  };
  await page.getByRole("textbox", { name: "API key or token" }).focus();
  await page.keyboard.type(acme.key);
  await page.keyboard.press("Enter");
  await page.getByTestId("remaining").waitFor();
  await tabTo("Overview");
  await page.keyboard.press("ArrowRight");
  await page.getByRole("button", { name: "Choose Starter" }).waitFor();
  await tabTo("Choose Starter");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Who is buying?" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect(person.complaints).toEqual([]);
  await page.context().close();
});
