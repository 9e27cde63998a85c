import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "./chromium.ts";
import { ask, lastAnswer, openPage, setKey } from "./page.ts";
import { type Served, serveSandbox } from "./served.ts";

/** The page at `/`, as a person meets it after `npm start`. */

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
const PROMPT = "[[output_tokens=50]]".padEnd(400, "x");

test("it may run its own scripts and styles only", async () => {
  const answer = await fetch(served.url);
  const policy = answer.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toMatch(/unsafe|\*/);
});

test("an answer grows as it is given, then shows its tokens and its cost", async () => {
  const { page } = await open();
  await ask(page, "[[output_tokens=150]] Explain a toll gate");
  const text = lastAnswer(page).locator(".text");
  await text.filter({ hasText: "You said" }).waitFor();
  expect(await lastAnswer(page).getAttribute("aria-busy")).toBe("true");
  expect(await page.locator("#stop").isVisible()).toBe(true);
  const early = await text.textContent();

  const meter = lastAnswer(page).locator(".meter p");
  await meter.waitFor();
  expect((await text.textContent())!.length).toBeGreaterThan(early!.length);
  // 41 bytes of prompt: 11 tokens, and 4 for the turn; at the sandbox's rate of 85 rupees for a dollar.
  expect(await meter.textContent()).toBe("15 tokens in, 150 out · cost $0.00153 · charged ₹0.1301");
  expect(await lastAnswer(page).getAttribute("aria-busy")).toBe("false");
  expect(await page.locator("#totals").textContent()).toBe("165 tokens · $0.00153");
  expect(await page.locator("#first-words").textContent()).toMatch(/^[\d.]+ m?s$/);
  await page.close();
});

test("the receipt says what the books say, and the quota goes down by it", async () => {
  const { key, tenantId } = await served.keyWith(1_000_000);
  const { page } = await open();
  await setKey(page, key);
  await page.locator("#quota .amount", { hasText: "$1.00 left" }).waitFor();
  await ask(page, PROMPT);
  await page.locator("#quota .amount", { hasText: "$0.9993 left" }).waitFor();
  await lastAnswer(page).locator(".meter button").click();
  const receipt = await lastAnswer(page).locator(".receipt table").innerText();
  const { data } = await served.admin<{ data: { request_id: string }[] }>("GET", `events?tenant_id=${tenantId}`);
  expect(data).toEqual([expect.objectContaining({ input_tokens: 104, output_tokens: 50, cost_micros_usd: 708 })]);
  for (const fact of ["104", "50", "$0.000708", "claude-sonnet-5-5", "by the provider", data[0]!.request_id])
    expect(receipt).toContain(fact);
  await page.close();
});

test("Claude's Markdown is shown as what it means, and can put nothing else on the page", async () => {
  const { page } = await open();
  const message = "x\n- *one*\n- two\n\n# Top\n**bold** `a<b` <b>no</b> [go](https://x.org/)\n```\nlet a;\n```\nend";
  await ask(page, message);
  await lastAnswer(page).locator(".meter").waitFor();
  const shown = await lastAnswer(page).locator(".text").innerHTML();
  expect(shown).toContain("<ul><li><em>one</em></li><li>two</li></ul><h4>Top</h4><p><strong>bold</strong>");
  expect(shown).toContain("<code>a&lt;b</code> &lt;b&gt;no&lt;/b&gt; ");
  await page.close();
});

test("a conversation goes on, and a new one forgets it", async () => {
  const { page } = await open();
  await page.click("#examples button >> nth=0");
  await lastAnswer(page).locator(".meter").waitFor();
  const sent = page.waitForRequest("**/api/chat/stream");
  await ask(page, "And then?");
  expect((await sent).postDataJSON().messages.map(({ role }: { role: string }) => role)).toEqual([
    "user",
    "assistant",
    "user",
  ]);
  await lastAnswer(page).locator(".meter").waitFor();
  await page.click("#clear");
  expect(await page.locator(".turn").count()).toBe(0);
  expect(await page.locator("#empty").isVisible()).toBe(true);
  await page.close();
});

test("everything can be reached with the keyboard alone", async () => {
  const { page } = await open();
  const reached: string[] = [];
  for (let tabs = 0; tabs < 16; tabs++) {
    await page.keyboard.press("Tab");
    reached.push(await page.evaluate<string>("document.activeElement.id"));
  }
  for (const id of ["prompt", "send", "key", "show-key", "model", "copy"]) expect(reached).toContain(id);
  await page.focus("#prompt");
  await page.keyboard.type("Hello");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("there");
  await page.keyboard.press("Enter");
  await lastAnswer(page).locator(".meter").waitFor();
  expect(await page.locator(".question .text").innerText()).toBe("Hello\nthere");
  await page.close();
});
