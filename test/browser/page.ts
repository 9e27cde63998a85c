import type { Browser, Page } from "playwright-core";
import { watch } from "./watched.ts";

/** The page at `/`, and what a person does on it. */

export const WIDE = { width: 1280, height: 800 };
export const NARROW = { width: 390, height: 844 };

export interface Look {
  readonly viewport?: typeof WIDE;
  readonly colorScheme?: "light" | "dark";
}

/** How long something may take on a busy machine: nothing is waited for longer than it takes. */
export const PATIENCE_MS = 45_000;
/** For what is asked of the gateway until it is so. */
export const SOON = { timeout: PATIENCE_MS, interval: 100 };

/** Opens the page, and notes whatever the browser complains about. */
export async function openPage(
  { browser, url, answers }: { readonly browser: Browser; readonly url: string; readonly answers?: RegExp },
  { viewport = WIDE, colorScheme = "light" }: Look = {},
): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage({ viewport, colorScheme, locale: "en-US" });
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints = await watch(page, { url, answers });
  await page.goto(url);
  await page.locator("#gateway", { hasText: "ready" }).waitFor();
  await page.locator("#quota .amount").waitFor();
  return { page, complaints };
}

export async function ask(page: Page, message: string): Promise<void> {
  await page.fill("#prompt", message);
  await page.press("#prompt", "Enter");
}

export async function setKey(page: Page, key: string): Promise<void> {
  await page.fill("#key", key);
  await page.press("#key", "Tab");
}

export const lastAnswer = (page: Page) => page.locator(".answer").last();
