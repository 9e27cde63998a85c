import type { Page } from "playwright-core";

/** What somebody does who has no mouse. */
export interface Keys {
  press(key: string): Promise<void>;
  type(text: string): Promise<void>;
  /** Goes on with Tab until this has the focus; it fails when the way round is over. */
  tabTo(name: string | RegExp): Promise<void>;
  /** The name of what has the focus. */
  focused(): Promise<string>;
}

const TABS_MAX = 150;

/** An element as somebody hears it named. */
const NAMED = `(one) => (one.getAttribute("aria-label") || one.labels?.[0]?.textContent || one.textContent || one.tagName)
  .replace(/[*↑↓]/g, "").trim()`;

export function keysOf(page: Page): Keys {
  const focused = () => page.evaluate<string>(`(${NAMED})(document.activeElement)`);
  const isNamed = (name: string | RegExp, found: string) =>
    typeof name === "string" ? found === name : name.test(found);
  return {
    ...{ focused, press: (key) => page.keyboard.press(key), type: (text) => page.keyboard.type(text) },
    async tabTo(name) {
      for (let tabs = 0; tabs < TABS_MAX; tabs++) {
        if (isNamed(name, await focused())) return;
        await page.keyboard.press("Tab");
      }
      throw new Error(`${name} is not reached with Tab; what has the focus is ${await focused()}`);
    },
  };
}

/**
 * Begins at the top of the page, and notes of each element that gets the focus how it looks: then, and when the focus is gone again. What is a part of
 * a group that the arrows go through is one stop of Tab.
 */
const BEGIN = `(() => {
  const lookOf = (one) => {
    for (const moving of one.getAnimations()) moving.finish();
    const { outlineStyle, outlineWidth, borderColor, boxShadow, backgroundColor } = getComputedStyle(one);
    return [outlineStyle === "none" ? "" : outlineStyle + outlineWidth, borderColor, boxShadow, backgroundColor].join();
  };
  // A field among the pills that were chosen is framed by what is around them.
  const look = (one) => [one, one.parentElement, one.parentElement?.parentElement, one.parentElement?.parentElement?.parentElement]
    .filter(Boolean).map(lookOf).join();
  const named = ${NAMED};
  const inSight = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("[inert], [aria-hidden=true]");
  const stops = () => [...document.querySelectorAll("a[href], button, input, select, textarea, [tabindex='0']")]
    .filter((one) => one.tabIndex >= 0 && !one.disabled && one.type !== "hidden" && inSight(one))
    .filter((one) => one.type !== "radio" || one.checked);
  const reached = new Set();
  const faults = [];
  let last = null;
  window.walked = {
    step() {
      const one = document.activeElement;
      if (last && last.one !== one && last.one.isConnected && last.look === look(last.one))
        faults.push(named(last.one) + " does not show that it has the focus");
      last = one === document.body ? null : { one, look: look(one) };
      if (last && !inSight(one)) faults.push(named(one) + " has the focus and cannot be seen");
      const isRound = reached.has(one);
      reached.add(one);
      return isRound;
    },
    end: () => [...faults, ...stops().filter((one) => !reached.has(one)).map((one) => named(one) + " is not reached")],
  };
  document.activeElement.blur();
})()`;

/** What is wrong for somebody who goes once round the page with Tab: what is not reached, or does not show that it has the focus. */
export async function faultsOnTheWayRound(page: Page): Promise<string[]> {
  await page.evaluate(BEGIN);
  for (let tabs = 0; tabs < TABS_MAX; tabs++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate<boolean>("walked.step()")) return page.evaluate<string[]>("walked.end()");
  }
  return [`there is no end after ${TABS_MAX} times Tab`];
}
