/**
 * `npm run shots [-- --only tenant,portal] [-- --to folder]`: a picture of every page and of what opens on it, at 390 and 1440 px, by day and by night,
 * of a sandbox with a month of business in it. They are for looking at; `npm test` looks at the same pages with a checker's eyes.
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openBrowser } from "../test/browser/chromium.ts";
import { furnish } from "../test/browser/looks/furnished.ts";
import { lookAt } from "../test/browser/looks/look.ts";
import { visitsOf } from "../test/browser/looks/visits.ts";
import { serveSandbox } from "../test/browser/served.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    days: { type: "string", default: "31" },
    to: { type: "string", default: join(import.meta.dirname, "../shots") },
  },
});
const wanted = values.only.split(",").filter(Boolean);
const isWanted = (name: string) => wanted.length === 0 || wanted.some((part) => name.includes(part));

const [served, browser] = await Promise.all([serveSandbox(), openBrowser()]);
try {
  console.log("A month of business is done first …");
  const visits = visitsOf({ browser, served }, await furnish({ browser, served }, { days: Number(values.days) }));
  if (wanted.length === 0) rmSync(values.to, { recursive: true, force: true });
  mkdirSync(values.to, { recursive: true });
  let taken = 0;
  for (const [visitor, { arrive, views }] of Object.entries(visits)) {
    // Without the one that lets somebody in there is nothing behind the door.
    const some = views.filter((view) => isWanted(view.name) || /door|entered/.test(view.name));
    if (!some.some((view) => isWanted(view.name))) continue;
    const { page, complaints } = await arrive();
    console.log(`\n${visitor}`);
    for (const view of some)
      await lookAt(page, view, async (look) => {
        if (!isWanted(view.name)) return;
        const file = join(values.to, `${view.name}-${look.name}.png`);
        await page.screenshot({ path: file, fullPage: true });
        console.log(`  ${file}`);
        taken++;
      }).catch((error: Error) => console.log(`  ${view.name} cannot be looked at: ${error.message}`));
    for (const complaint of complaints) console.log(`  the browser complains: ${complaint}`);
    await page.context().close();
  }
  console.log(`\n${taken} pictures in ${values.to}`);
} finally {
  await browser.close();
  await served.close();
}
