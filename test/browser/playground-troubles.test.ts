import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld } from "../support/world.ts";
import { openBrowser } from "./chromium.ts";
import { ask, lastAnswer, openPage, setKey } from "./page.ts";
import { type Served, serveSandbox } from "./served.ts";

/** What the page at `/` says when something is wrong, and what can be done then. */

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

test("an answer that is stopped ends there, and its receipt says so", async () => {
  const { page } = await open();
  for (const stop of [() => page.click("#stop"), () => page.press("#prompt", "Escape")]) {
    await ask(page, "[[output_tokens=900]] A very long story");
    const answer = lastAnswer(page);
    await answer.locator(".text", { hasText: "This answer comes" }).waitFor();
    await stop();
    await answer.locator(".meter p", { hasText: "Stopped" }).waitFor();
    const kept = await answer.locator(".text").textContent();
    await answer.locator(".meter button").click();
    await answer.locator(".receipt", { hasText: "stopped by the reader" }).waitFor();
    expect(await answer.locator(".text").textContent()).toBe(kept);
  }
  expect(await page.locator("#send").isVisible()).toBe(true);
  await page.close();
});

test("a wrong key is said to be one, where it is set and where it is used", async () => {
  const { page } = await open();
  await setKey(page, "tg_test_nobody");
  await page.locator("#quota .note", { hasText: /credential|key/i }).waitFor();
  await ask(page, "Hello");
  const problem = lastAnswer(page).locator(".problem");
  await problem.waitFor();
  expect(await problem.innerText()).toMatch(/This key is not accepted\. Check the key under Access/);
  expect(await page.inputValue("#prompt"), "the message can be sent again").toBe("Hello");

  await page.click("#use-sandbox-key");
  await page.press("#prompt", "Enter");
  await lastAnswer(page).locator(".meter").waitFor();
  await page.close();
});

test("an exhausted quota is said to be one, with what is needed and what is left", async () => {
  const { key } = await served.keyWith(1_000, { hold: "strict" });
  const { page } = await open();
  await setKey(page, key);
  await ask(page, "Hello");
  const problem = lastAnswer(page).locator(".problem");
  await problem.waitFor();
  expect(await problem.innerText()).toMatch(
    /Your quota does not cover this message\. It may need up to \$0\.04\d+, and \$0\.001 is left\. Add credit, or allow fewer/,
  );
  await page.click("summary");
  await page.fill("#max-tokens", "30");
  await page.press("#prompt", "Enter");
  await lastAnswer(page).locator(".meter", { hasText: "30 out" }).waitFor();
  await page.close();
});

test("a failure in the middle keeps what came, and says what happened", async () => {
  const { page } = await open();
  await ask(page, "[[cut_after=12]] [[output_tokens=200]] Tell me more");
  const problem = lastAnswer(page).locator(".problem");
  await problem.waitFor();
  expect(await problem.innerText()).toContain("What arrived is kept above.");
  expect(await lastAnswer(page).locator(".text").textContent()).toContain("You said");
  await page.close();
});

test("where there is no demo key it asks for one, and works with the one that is entered", async () => {
  const world = await openWorld();
  const { key } = await world.tenant();
  const page = await browser.newPage({ locale: "en-US" });
  await page.goto(world.url);
  expect(await page.locator("#mode").innerText()).toBe("Live");
  await ask(page, "Hello");
  await lastAnswer(page).locator(".problem", { hasText: "Enter an API key under Access." }).waitFor();

  await setKey(page, key);
  await page.locator("#quota .amount", { hasText: "$1,000.00 left" }).waitFor();
  await page.selectOption("#model", "claude-haiku-5-5");
  await page.press("#prompt", "Enter");
  await lastAnswer(page).locator(".meter button").click();
  await lastAnswer(page).locator(".receipt", { hasText: "claude-haiku-5-5" }).waitFor();

  await page.reload();
  expect(await page.inputValue("#key"), "it is kept in this tab").toBe(key);
  await page.close();
  await world.close();
});
