import type { Page } from "playwright-core";
import { barriers } from "../portal-person.ts";

/** How everything is looked at: on a large screen and on a telephone, by day and by night. The first two differ in all. */
export const LOOKS = [
  { name: "1440-light", viewport: { width: 1440, height: 900 }, colorScheme: "light" },
  { name: "390-dark", viewport: { width: 390, height: 844 }, colorScheme: "dark" },
  { name: "390-light", viewport: { width: 390, height: 844 }, colorScheme: "light" },
  { name: "1440-dark", viewport: { width: 1440, height: 900 }, colorScheme: "dark" },
] as const;
export type Look = (typeof LOOKS)[number];

/** A page, or a state of it: with a dialog open, with nothing to show, or refused. */
export interface View {
  readonly name: string;
  open(page: Page): Promise<void>;
}

const COMING = ":is(.mantine-Skeleton-root, .mantine-Loader-root, [aria-busy=true])";
/** Waits in the page, frame by frame, for what is on its way: to ask from outside again and again takes most of a second. */
export const ARRIVED = `(async () => {
  const until = performance.now() + 10_000;
  do await new Promise(requestAnimationFrame);
  while (document.querySelector("${COMING}") && performance.now() < until);
})()`;

/** What moves is brought to its end, so that nobody waits for it; what never ends goes on. */
const COME_TO_REST = `(async () => {
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  await frame();
  for (const moving of document.getAnimations())
    if (moving.effect.getComputedTiming().endTime !== Infinity) moving.finish();
  await frame();
})()`;

/** Opens a view once, and turns it to every look: what a window does that is made narrow, or when night falls. */
export async function lookAt(
  page: Page,
  view: View,
  each: (look: Look) => Promise<void>,
  looks: readonly Look[] = LOOKS,
): Promise<void> {
  await wear(page, LOOKS[0]);
  await view.open(page);
  await page.locator(COMING).first().waitFor({ state: "detached" });
  for (const look of looks) {
    await wear(page, look);
    await each(look);
  }
}

async function wear(page: Page, { viewport, colorScheme }: Look): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize(viewport);
  // Nothing is pointed at.
  await page.mouse.move(0, 0);
  await page.evaluate(COME_TO_REST);
}

/** How far the page sticks out of the window, in pixels: then the whole of it would scroll sideways. */
const STICKS_OUT = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

/** What is wrong with these views in two looks that differ in all, in words; nothing where nothing is. */
export async function faultsOf(page: Page, views: readonly View[]): Promise<string[]> {
  const faults: string[] = [];
  const each = (view: View) => async (look: Look) => {
    const where = `${view.name} at ${look.name}`;
    faults.push(...(await barriers(page)).map((barrier) => `${where}: ${barrier}`));
    const pixels = await page.evaluate<number>(STICKS_OUT);
    if (pixels > 0) faults.push(`${where}: sticks out sideways by ${pixels} px`);
  };
  for (const view of views)
    await lookAt(page, view, each(view), LOOKS.slice(0, 2)).catch((error: Error) =>
      faults.push(`${view.name} cannot be looked at: ${error.message}`),
    );
  return faults;
}
