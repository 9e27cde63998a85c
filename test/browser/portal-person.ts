import axe from "axe-core";
import type { Browser, FrameLocator, Page } from "playwright-core";
import { type Look, PATIENCE_MS, WIDE } from "./page.ts";
import type { Served } from "./served.ts";
import { watch } from "./watched.ts";

/** The portal, and what a person does on it. */
export interface Person {
  readonly page: Page;
  /** What the browser complained about; that there is no profile or subscription yet is an answer, no complaint. */
  readonly complaints: string[];
  readonly tenantId: string;
  readonly key: string;
  open(tab: string): Promise<void>;
  /** Razorpay's Checkout, as the simulator draws it over the page. */
  readonly checkout: FrameLocator;
  /** What just happened, in the corner of the page. */
  told(title: string): Promise<void>;
  /** Sends one message with the key; the status, and the code of a refusal. */
  call(prompt?: string): Promise<{ status: number; code: string | null }>;
}

const SCOPES = ["inference", "billing:read", "billing:write", "tokens:issue", "keys:write"];

export async function customer(served: Served, fields: Record<string, unknown> = {}) {
  const { id } = await served.admin<{ id: string }>("POST", "tenants", { name: "Acme Analytics", ...fields });
  const { secret } = await served.admin<{ secret: string }>("POST", `tenants/${id}/keys`, {
    ...{ name: "portal", scopes: SCOPES },
  });
  return { tenantId: id, key: secret };
}

/** Somebody at the portal's door. */
export async function arrive(
  { browser, served }: { readonly browser: Browser; readonly served: Served },
  { tenantId, key }: { readonly tenantId: string; readonly key: string },
  {
    viewport = WIDE,
    colorScheme = "light",
    path = "/portal",
    timezoneId = "Asia/Kolkata",
  }: Look & { readonly path?: string; readonly timezoneId?: string } = {},
): Promise<Person> {
  const context = await browser.newContext({
    viewport,
    colorScheme,
    locale: "en-IN",
    timezoneId,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints = await watch(page, { url: served.url, answers: /status of 40[04]/ });
  await page.goto(`${served.url}${path}`);
  return {
    ...{ page, complaints, tenantId, key },
    checkout: page.frameLocator('iframe[title="Razorpay Checkout"]'),
    open: (tab) => page.getByRole("tab", { name: tab }).click(),
    told: (title) => page.getByRole("status").getByText(title, { exact: true }).waitFor(),
    async call(prompt = "[[output_tokens=50]] hello") {
      const answer = await fetch(`${served.url}/v1/messages`, {
        method: "POST",
        headers: { "x-api-key": key, "content-type": "application/json", "anthropic-version": "2023-06-01" },
        body: JSON.stringify({
          ...{ model: "claude-sonnet-5-5", max_tokens: 128_000, messages: [{ role: "user", content: prompt }] },
        }),
      });
      const body = (await answer.json()) as { error?: { code?: string } };
      return { status: answer.status, code: body.error?.code ?? null };
    },
  };
}

export async function signIn({ page, key }: Pick<Person, "page" | "key">): Promise<void> {
  await page.getByRole("textbox", { name: "API key or token" }).fill(key);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByTestId("remaining").waitFor();
}

/** Fills in who is buying, in the form that is shown: on a page of its own, or in a frame. */
export async function fillProfile({ page }: { readonly page: Page | FrameLocator }): Promise<void> {
  await page.getByLabel("Name or company").fill("Acme Analytics Pvt Ltd");
  await page.getByLabel("E-mail").fill("pay@acme.example");
  await page.getByLabel("Telephone").fill("98765 43210");
  await page.getByRole("textbox", { name: "Address", exact: true }).fill("1 MG Road");
  await page.getByLabel("City").fill("Bengaluru");
  await page.getByLabel("PIN code").fill("560001");
  await page.getByRole("combobox", { name: "State or Union Territory" }).click();
  await page.getByRole("option", { name: "Karnataka" }).click();
}

/** Asks for what is wrong alone, and brings only that out of the page: all that is right is a hundred times as much. */
const CHECKED = `axe.run({ resultTypes: ["violations"], preload: false }).then(({ violations }) => violations
  .filter(({ impact }) => ["serious", "critical"].includes(impact))
  .map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ")))`;

/** What a checker of accessibility finds serious on the page as it is now. */
export async function barriers(page: Page): Promise<string[]> {
  if (!(await page.evaluate<boolean>("'axe' in window"))) await page.evaluate(axe.source);
  return page.evaluate<string[]>(CHECKED);
}
