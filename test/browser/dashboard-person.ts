import type { Browser, Page } from "playwright-core";
import { type Look, PATIENCE_MS, WIDE } from "./page.ts";
import type { Served } from "./served.ts";
import { watch } from "./watched.ts";

/** The dashboard, and what an administrator does on it. */
export interface Operator {
  readonly page: Page;
  /** What the browser complained about. That there is no subscription yet is an answer, and so is that nobody is signed in. */
  readonly complaints: string[];
  /** Opens a page by its address below `/dashboard`, and waits for its title. */
  goTo(path: string, title: string): Promise<void>;
  /** What just happened, in the corner of the page. */
  told(title: string): Promise<void>;
}

/** Somebody at the dashboard's door. */
export async function arrive(
  { browser, served }: { readonly browser: Browser; readonly served: Served },
  { viewport = WIDE, colorScheme = "light" }: Look = {},
): Promise<Operator> {
  const context = await browser.newContext({
    ...{ viewport, colorScheme, locale: "en-IN", timezoneId: "Asia/Kolkata", reducedMotion: "reduce" },
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints = await watch(page, { url: served.url, answers: /status of 40[014]/ });
  await page.goto(`${served.url}/dashboard`);
  return {
    ...{ page, complaints },
    async goTo(path, title) {
      await page.goto(`${served.url}/dashboard${path}`);
      await page.getByRole("heading", { level: 1, name: title, exact: true }).waitFor();
    },
    told: (title) => page.getByRole("status").getByText(title, { exact: true }).waitFor(),
  };
}

export async function signIn({ page }: Pick<Operator, "page">, token: string): Promise<void> {
  await page.getByRole("textbox", { name: "Admin token or key" }).fill(token);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
}

/** Sends one message with a key; its status and the id of its request. */
export async function call(
  served: Served,
  key: string,
  prompt = "[[output_tokens=200]] [[pace_ms=0]] hello",
  model = "claude-sonnet-5-5",
) {
  const answer = await fetch(`${served.url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": key, "content-type": "application/json", "anthropic-version": "2023-06-01" },
    body: JSON.stringify({
      ...{ model, max_tokens: 4_000, messages: [{ role: "user", content: prompt }] },
    }),
  });
  await answer.text();
  return { status: answer.status, request_id: answer.headers.get("request-id") ?? "" };
}
