import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "./chromium.ts";
import { ask, lastAnswer, NARROW, openPage, SOON, setKey, WIDE } from "./page.ts";
import { barriers } from "./portal-person.ts";
import { type Served, serveSandbox } from "./served.ts";

/** What the page at `/` shows while an answer is given, of one that was stopped, and of the same request from elsewhere. */

let served: Served;
let browser: Browser;
beforeAll(async () => {
  [served, browser] = await Promise.all([serveSandbox(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

const open = () => openPage({ browser, url: served.url });

test("while an answer grows, its tokens, what is held for it and what is left are seen to move", async () => {
  const { key } = await served.keyWith(1_000_000);
  const { page } = await open();
  await setKey(page, key);
  await page.locator("#quota .amount", { hasText: "$1.00 left" }).waitFor();
  await ask(page, "[[output_tokens=900]] [[pace_ms=60]] A long story");
  const live = lastAnswer(page).locator(".live");
  await live.filter({ hasText: /about \d+ tokens so far · \$0\.0\d+ held · \$0\.9\d+ left/ }).waitFor();
  const early = await live.innerText();
  await expect.poll(() => live.innerText(), SOON).not.toBe(early);
  expect(await page.locator("#quota .amount").innerText()).toMatch(/^\$0\.9\d+ left$/);
  await page.click("#stop");
  await live.waitFor({ state: "detached" });
  await page.close();
});

test("of an answer that was stopped it says what was billed for the part that came, as the books do", async () => {
  const { key, tenantId } = await served.keyWith(1_000_000);
  const { page, complaints } = await open();
  await setKey(page, key);
  await page.locator("#quota .amount", { hasText: "$1.00 left" }).waitFor();
  await ask(page, "[[output_tokens=900]] [[pace_ms=30]] A long story");
  await lastAnswer(page).locator(".text", { hasText: "You said" }).waitFor();
  await page.click("#stop");
  const meter = lastAnswer(page).locator(".meter p", {
    hasText: /^Stopped · \d+ tokens in, \d+ out · cost \$0\.0\d+$/,
  });
  await meter.waitFor();
  const { data } = await served.admin<{ data: { output_tokens: number; ended: string }[] }>(
    "GET",
    `events?tenant_id=${tenantId}`,
  );
  expect(data).toMatchObject([{ ended: "client_gone" }]);
  expect(await meter.innerText()).toContain(` ${data[0]?.output_tokens} out`);
  await page.locator("#totals", { hasText: /[1-9]\d* tokens · \$0\.0/ }).waitFor();
  expect(complaints).toEqual([]);
  await page.close();
});

test("the system prompt and the model are sent, and stand in the code of the same request", async () => {
  const { page } = await open();
  await page.fill("#system", "Answer in one word.");
  await page.selectOption("#model", "claude-haiku-5-5");
  const sent = page.waitForRequest("**/api/chat/stream");
  await ask(page, "Red or blue?");
  expect((await sent).postDataJSON()).toMatchObject({
    ...{ system_prompt: "Answer in one word.", model: "claude-haiku-5-5" },
    messages: [{ role: "user", content: "Red or blue?" }],
  });
  await lastAnswer(page).locator(".meter").waitFor();
  for (const client of ["curl", "TypeScript", "Python"]) {
    await page.selectOption("#client", { label: client });
    const code = await page.locator("#code").innerText();
    for (const part of [served.url, "claude-haiku-5-5", "Answer in one word.", "Red or blue?"])
      expect(code, client).toContain(part);
  }
  await page.close();
});

test.each([
  ["1280 px, light", WIDE, "light"],
  ["390 px, dark", NARROW, "dark"],
] as const)("at %s it has nothing that keeps anybody out", async (_look, viewport, colorScheme) => {
  const { page } = await openPage({ browser, url: served.url }, { viewport, colorScheme });
  expect(await barriers(page), "at first").toEqual([]);
  await ask(page, "[[output_tokens=50]] Hello");
  await lastAnswer(page).locator(".meter button").click();
  await lastAnswer(page).locator(".receipt table").waitFor();
  expect(await barriers(page), "with an answer and its receipt").toEqual([]);
  await page.close();
});

test("its scripts are within 100 KB", async () => {
  const page = await (await fetch(served.url)).text();
  const scripts = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, path]) => path!);
  let bytes = 0;
  for (const path of scripts) {
    const answer = await fetch(`${served.url}${path}`, { headers: { "accept-encoding": "br" } });
    bytes += Number(answer.headers.get("content-length"));
  }
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(100_000);
});
