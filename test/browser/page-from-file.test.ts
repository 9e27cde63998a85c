import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "./chromium.ts";
import { type Served, serveSandbox } from "./served.ts";

/** A page of one HTML file, opened from the disk (its origin is `null`), with only an address and a credential set. */

const TEMPLATE = readFileSync(join(import.meta.dirname, "page-from-file.html"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "tollgate-page-"));

let served: Served;
let browser: Browser;
beforeAll(async () => {
  [served, browser] = await Promise.all([serveSandbox(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function openFile(credential: string, url = served.url): Promise<Page> {
  const file = join(folder, "page.html");
  writeFileSync(file, TEMPLATE.replace("{{url}}", url).replace("{{credential}}", credential));
  const page = await browser.newPage();
  await page.goto(pathToFileURL(file).href);
  return page;
}

async function ask(page: Page, message: string, until = "answered"): Promise<string> {
  await page.fill("#message", message);
  await page.click("#ask");
  await page.waitForFunction(`document.title === "${until}"`);
  return page.innerText("#answer");
}

test("it streams an answer, which is metered", async () => {
  const { key, tenantId } = await served.keyWith(1_000_000);
  const page = await openFile(key);
  expect(await page.evaluate("origin")).toBe("null");
  const answer = await ask(page, "[[output_tokens=60]] Why is the sky blue?");
  expect(answer).toMatch(/^You said: “Why is the sky blue\?”\./);
  expect(await page.evaluate<number>("window.pieces")).toBeGreaterThan(5);
  const { data } = await served.admin<{ data: Record<string, unknown>[] }>("GET", `events?tenant_id=${tenantId}`);
  expect(data).toEqual([expect.objectContaining({ route: "/chat", output_tokens: 60, source: "reported" })]);
  await page.close();
});

test("lines of the answer stay lines", async () => {
  const { key } = await served.keyWith(1_000_000);
  const page = await openFile(key);
  expect(await ask(page, "One line.\nAnother.\n\nA last one.")).toContain("One line.\nAnother.\n\nA last one.");
  await page.close();
});

test("the words of an answer are seen while it is still being given", async () => {
  const { key } = await served.keyWith(1_000_000);
  const page = await openFile(key);
  await page.fill("#message", "[[output_tokens=200]] [[pace_ms=30]] Slowly, please");
  await page.click("#ask");
  await page.waitForFunction('document.querySelector("#answer").textContent.length > 40');
  expect(await page.title()).toBe("asking");
  await page.waitForFunction('document.title === "answered"');
  await page.close();
});

test("it can read why it is refused", async () => {
  const wrong = await openFile("tg_test_nobody");
  expect(await ask(wrong, "Hello", "refused")).toMatch(/^401 /);
  await wrong.close();
  const { key } = await served.keyWith(10);
  const poor = await openFile(key);
  expect(await ask(poor, "Hello", "refused")).toMatch(/^402 .*credit is left/);
  await poor.close();
});
