import type { Page } from "playwright-core";
import { ARRIVED, type View } from "./look.ts";

/** The parts of the portal as a customer finds them who may do everything. */
export const PARTS = [
  ...(["overview", "plan", "credit", "invoices", "details"] as const),
  ...(["usage", "requests", "keys", "connect"] as const),
];

/** Opens a part by its address, without loading everything anew. */
async function follow(page: Page, part: string): Promise<void> {
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.evaluate(`location.replace("#${part}")`);
  await page.evaluate(ARRIVED);
  await page.locator(`[data-part=${part}][aria-selected=true]`).waitFor();
  await page.getByRole("tabpanel").getByRole("heading").first().waitFor();
}

/** `whose` is the beginning of their names: of one who has just come, or of one who has a plan and has used it. */
export const portalViews = (whose: string): readonly View[] =>
  PARTS.map((part) => ({ name: `portal-${whose}-${part}`, open: (page) => follow(page, part) }));

/** What an end user sees of it. */
export const userViews = (): readonly View[] =>
  (["overview", "usage", "requests", "connect"] as const).map((part) => ({
    ...{ name: `portal-user-${part}`, open: (page) => follow(page, part) },
  }));

/** What it looks like in the middle of something, for one who has a plan and has used it. */
export function portalStates(): readonly View[] {
  const state = (name: string, part: string, then: (page: Page) => Promise<void>): View => ({
    name: `portal-${name}`,
    async open(page) {
      await follow(page, part);
      await then(page);
    },
  });
  return [
    state("change", "plan", async (page) => {
      await page.getByRole("button", { name: "Change to Starter" }).click();
      await page.getByRole("dialog").getByText("From then on").waitFor();
    }),
    state("receipt", "requests", async (page) => {
      await page.getByRole("table", { name: "Requests" }).locator("tbody").getByRole("button").first().click();
      await page.getByRole("dialog", { name: "Receipt" }).getByRole("table").first().waitFor();
    }),
    state("new-key", "keys", async (page) => {
      await page.getByRole("button", { name: "New key" }).click();
      await page.getByRole("dialog").getByLabel("Name").waitFor();
    }),
    state("code-wrong", "credit", async (page) => {
      await page.getByRole("textbox", { name: "Code" }).fill("NOSUCH");
      await page.keyboard.press("Enter");
      await page.locator("[aria-invalid=true]").waitFor();
    }),
  ];
}
