import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "./chromium.ts";
import { SOON } from "./page.ts";
import { arrive, barriers, customer, signIn } from "./portal-person.ts";
import { type Served, serveSandbox } from "./served.ts";

/** What a tenant and its end users see of their use, and the keys that it is used by. */

let served: Served;
let browser: Browser;
let acme: { tenantId: string; key: string };
beforeAll(async () => {
  [served, browser] = await Promise.all([serveSandbox(), openBrowser()]);
  acme = await customer(served);
  await served.admin("POST", `tenants/${acme.tenantId}/credits`, { amount_micros: 500_000_000, reason: "test" });
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

const tokenFor = async (sub: string) => {
  const answer = await fetch(`${served.url}/api/auth/token`, {
    method: "POST",
    headers: { "x-api-key": acme.key, "content-type": "application/json" },
    body: JSON.stringify({ sub }),
  });
  return ((await answer.json()) as { token: string }).token;
};

test("a key is made, used, found again in the usage and its receipt, and revoked", async () => {
  const person = await arrive({ browser, served }, acme);
  const { page } = person;
  await signIn(person);
  await person.open("Keys");
  await page.getByRole("button", { name: "New key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Night job");
  await dialog.getByRole("button", { name: "Make the key" }).click();
  await page.getByRole("dialog", { name: "Night job is made" }).waitFor();
  const secret = await dialog.getByRole("region", { name: "The new key" }).innerText();
  expect(secret).toMatch(/^tg_test_\w{40}$/);
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  const row = page.getByRole("row", { name: /Night job/ });
  await row.getByText("In use").waitFor();
  expect(await page.content()).not.toContain(secret);

  const used = await arrive({ browser, served }, { ...acme, key: secret });
  expect((await used.call("[[output_tokens=321]] Good night")).status).toBe(200);
  await used.page.context().close();

  await person.open("Usage");
  await page.getByTestId("total-Requests").filter({ hasText: "1" }).waitFor();
  await page.getByRole("radiogroup", { name: "Split by" }).getByText("Key", { exact: true }).click();
  await page
    .getByRole("table", { name: "Usage by key" })
    .getByRole("row", { name: /Night job/ })
    .waitFor();
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as CSV" }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toBe("usage-by-key.csv");
  expect(readFileSync(await file.path(), "utf8")).toMatch(/^\uFEFFKey,Requests,.*\r\nNight job,1,/);

  await person.open("Requests");
  await page
    .getByRole("row", { name: /Night job/ })
    .getByRole("button")
    .first()
    .click();
  const receipt = page.getByRole("dialog", { name: "Receipt" });
  await receipt.getByRole("row", { name: "Output tokens 321" }).waitFor();
  await receipt.getByRole("row", { name: /^Charged ₹/ }).waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.press("Escape");

  await person.open("Keys");
  await row.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("button", { name: "Revoke it" }).click();
  await person.told("Night job is revoked");
  await row.getByText("Revoked").waitFor();
  const refused = await arrive({ browser, served }, { ...acme, key: secret });
  await expect.poll(async () => (await refused.call()).status, SOON).toBe(401);
  await refused.page.context().close();
  expect(person.complaints).toEqual([]);
  await page.context().close();
});

test("an end user sees what is left and what they used themselves, and nothing of billing or keys", async () => {
  const token = await tokenFor("maya@example.com");
  const person = await arrive({ browser, served }, { ...acme, key: token }, { path: `/portal#token=${token}` });
  const { page } = person;
  await page.getByTestId("remaining").waitFor();
  expect(await page.getByRole("tab").allInnerTexts()).toEqual(["Overview", "Usage", "Requests", "Connect"]);
  await person.open("Requests");
  await page.getByText("There are none yet.").waitFor();
  expect((await person.call("[[output_tokens=77]] Mine")).status).toBe(200);
  await page.reload();
  // Such a token is kept in memory alone.
  await page.getByRole("textbox", { name: "API key or token" }).waitFor();
  expect(await page.evaluate("sessionStorage.length + localStorage.length")).toBe(0);
  await page.goto("about:blank");
  await page.goto(`${served.url}/portal#token=${token}&part=requests`);
  await page.getByRole("table", { name: "Requests" }).getByRole("row").nth(1).waitFor();
  expect(await page.getByRole("table", { name: "Requests" }).getByRole("row").count()).toBe(2);
  expect(await barriers(page)).toEqual([]);
  expect(person.complaints).toEqual([]);
  await page.context().close();
});

test("code to copy has the address that the page came from, in every client's words", async () => {
  const person = await arrive({ browser, served }, acme);
  const { page } = person;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await signIn(person);
  await person.open("Connect");
  const panel = page.getByRole("tabpanel").last();
  for (const [client, words] of [
    ["curl", `curl -N ${served.url}/v1/messages`],
    ["TypeScript", `baseURL: "${served.url}"`],
    ["Python", `base_url="${served.url}"`],
    ["OpenAI, TypeScript", `baseURL: "${served.url}/v1"`],
    ["OpenAI, Python", `base_url="${served.url}/v1"`],
    ["Claude Code", `export ANTHROPIC_BASE_URL='${served.url}'`],
  ] as const) {
    await page.getByRole("tab", { name: client, exact: true }).click();
    await panel.getByText(words).waitFor();
    await page.getByRole("button", { name: `Copy the code for ${client}`, exact: true }).click();
    expect(await page.evaluate<string>("navigator.clipboard.readText()")).toContain(words);
  }
  expect(await page.content()).not.toContain(acme.key);
  expect(person.complaints).toEqual([]);
  await page.context().close();
});
