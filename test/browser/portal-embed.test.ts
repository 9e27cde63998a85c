import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serve } from "../support/serve.ts";
import { openBrowser } from "./chromium.ts";
import { PATIENCE_MS, SOON } from "./page.ts";
import { barriers, customer, fillProfile } from "./portal-person.ts";
import { type Served, serveSandbox } from "./served.ts";

/** The portal inside of a SaaS's own page, which is of another origin. */

let served: Served;
let browser: Browser;
let saas: { url: string; stranger: string; close(): Promise<void> };
let acme: { tenantId: string; key: string };
beforeAll(async () => {
  [served, browser, saas] = await Promise.all([serveSandbox(), openBrowser(), openSaas()]);
  acme = await customer(served, { allowed_origins: [saas.url], billing: "user" });
});
afterAll(async () => {
  await browser?.close();
  await saas?.close();
  await served?.close();
});

/**
 * A page with one frame, on two origins: `localhost` and `127.0.0.1`. It keeps what the frame tells it; at `/account` it also does what the frame
 * asks of it: its server gets a token for whoever is signed in there, and the frame is made as tall as what is in it.
 */
async function openSaas() {
  const html = `<!doctype html><html lang="en"><title>A SaaS</title><h1>Your account</h1><script>
    window.told = [];
    const frame = document.createElement("iframe");
    addEventListener("message", async ({ data, origin }) => {
      told.push(data);
      if (location.pathname !== "/account") return;
      if (data.type === "tollgate:height") frame.height = data.height;
      if (data.type !== "tollgate:token-wanted") return;
      const token = await (await fetch("/token")).text();
      frame.contentWindow.postMessage({ type: "tollgate:token", token }, origin);
    });
    frame.src = decodeURIComponent(location.search.slice(1));
    frame.width = 900; frame.height = 700; frame.title = "Billing";
    document.body.append(frame);
  </script>`;
  const { url, port, close } = await serve(async ({ url }, res) => {
    if (url === "/token") return void res.end(await tokenFor("maya@example.com"));
    res.setHeader("content-type", "text/html").end(html);
  });
  return { url, stranger: `http://localhost:${port}`, close };
}

const tokenFor = async (sub: string) => {
  const answer = await fetch(`${served.url}/api/auth/token`, {
    method: "POST",
    headers: { "x-api-key": acme.key, "content-type": "application/json" },
    body: JSON.stringify({ sub }),
  });
  return ((await answer.json()) as { token: string }).token;
};
const embed = (fragment = "", tenant = acme.tenantId) => `${served.url}/portal/embed/${tenant}${fragment}`;

async function visit(origin: string, src: string, path = "/"): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1000, height: 900 }, locale: "en-IN" });
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of 40[04]/.test(message.text())) complaints.push(message.text());
  });
  await page.goto(`${origin}${path}?${encodeURIComponent(src)}`);
  return { page, complaints };
}

const portalOf = (page: Page) => page.frameLocator("iframe");

test("a page of the tenant's own origin shows it, in its colours, and the token is in no address and no store", async () => {
  const token = await tokenFor("asha@example.com");
  const { page, complaints } = await visit(saas.url, embed(`#token=${token}&color=c2410c&scheme=dark`));
  const portal = portalOf(page);
  await portal.getByTestId("remaining").waitFor();
  const frame = page.frames()[1]!;
  expect(frame.url()).toBe(embed());
  expect(await frame.evaluate("sessionStorage.length")).toBe(0);
  expect(await frame.evaluate("document.documentElement.dataset.mantineColorScheme")).toBe("dark");
  const filled = "getComputedStyle(document.documentElement).getPropertyValue('--mantine-primary-color-filled').trim()";
  expect(await frame.evaluate(filled)).toBe("#c2410c");
  expect(await portal.getByRole("button", { name: "Sign out" }).count()).toBe(0);
  expect(await portal.getByRole("tab").allInnerTexts()).toContain("Credit");
  await expect
    .poll(() => page.evaluate<{ type: string }[]>("told"), SOON)
    .toContainEqual({ type: "tollgate:height", height: expect.any(Number) });
  expect(complaints).toEqual([]);
  await page.close();
});

test("whoever is signed in at the SaaS is signed in there, and buys credit without leaving its page", async () => {
  const { page, complaints } = await visit(saas.url, embed(), "/account");
  const portal = portalOf(page);
  await portal.getByTestId("remaining").filter({ hasText: "₹0.00" }).waitFor();
  await portal.getByRole("tab", { name: "Credit" }).click();
  await portal.getByRole("button", { name: "₹500", exact: true }).click();
  await portal.getByRole("button", { name: "Pay for ₹500.00 of credit" }).click();
  await fillProfile({ page: portal });
  await portal.getByRole("button", { name: "Save and continue" }).click();
  const checkout = portal.frameLocator('iframe[title="Razorpay Checkout"]');
  await checkout.getByRole("button", { name: "Pay", exact: true }).click();
  await portal.getByRole("status").getByText("₹500.00 of credit is yours", { exact: true }).waitFor();
  await portal.getByRole("tab", { name: "Overview" }).click();
  await portal.getByTestId("remaining").filter({ hasText: "₹500.00" }).waitFor();
  // It is as tall as what it shows: nobody scrolls twice.
  const frame = page.frames()[1]!;
  const root = "document.documentElement";
  await expect.poll(() => frame.evaluate(`${root}.scrollHeight - ${root}.clientHeight`), SOON).toBe(0);
  expect(page.url()).toContain("/account?");
  expect(complaints).toEqual([]);
  await page.close();
});

test("a page of another origin does not, nor one of the tenant's for the portal that stands alone", async () => {
  for (const [origin, src] of [
    [saas.stranger, embed()],
    [saas.url, `${served.url}/portal`],
  ] as const) {
    const { page, complaints } = await visit(origin, src);
    await expect.poll(() => complaints.join("\n"), SOON).toMatch(/frame-ancestors|X-Frame-Options/i);
    expect(await portalOf(page).locator("#root").count()).toBe(0);
    await page.close();
  }
});

test("only the tenant's own pages are let in, and a tenant that is not there is not found", async () => {
  const policy = async (tenant: string) => {
    const answer = await fetch(embed("", tenant));
    const [, ancestors] = /frame-ancestors ([^;]*)/.exec(answer.headers.get("content-security-policy") ?? "") ?? [];
    return { status: answer.status, ancestors, frameOptions: answer.headers.get("x-frame-options") };
  };
  expect(await policy(acme.tenantId)).toEqual({ status: 200, ancestors: saas.url, frameOptions: null });
  const none = await customer(served);
  expect(await policy(none.tenantId)).toMatchObject({ status: 200, ancestors: "'none'", frameOptions: "SAMEORIGIN" });
  await served.admin("PATCH", `tenants/${none.tenantId}`, { external_id: "guessed" });
  for (const unknown of ["ten_unknown", "ext:guessed"]) expect((await policy(unknown)).status).toBe(404);
});

test("without a token, or when it has ended, it asks the page around for one and goes on with it", async () => {
  const { page } = await visit(saas.url, embed("#token=not.a.token"));
  const portal = portalOf(page);
  await portal.getByText("You are not signed in here").waitFor();
  expect(await portal.getByRole("textbox").count(), "nobody is asked for a key").toBe(0);
  await expect.poll(() => page.evaluate("told"), SOON).toContainEqual({ type: "tollgate:token-wanted" });
  const token = await tokenFor("ravi@example.com");
  await page.evaluate(`document.querySelector("iframe").contentWindow.postMessage(
    { type: "tollgate:token", token: ${JSON.stringify(token)} }, ${JSON.stringify(served.url)})`);
  await portal.getByTestId("remaining").waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.close();
});

test.each(["ffe600", "000080"])(
  "a colour such as #%s is only as light or dark as can be read, on either ground",
  async (colour) => {
    for (const scheme of ["light", "dark"]) {
      const token = await tokenFor("asha@example.com");
      const page = await browser.newPage();
      await page.goto(`${embed(`#token=${token}&color=${colour}&scheme=${scheme}`)}`);
      await page.getByTestId("remaining").waitFor();
      expect(await barriers(page), scheme).toEqual([]);
      await page.close();
    }
  },
);
