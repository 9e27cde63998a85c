/**
 * `npm run bench:pages`: how soon the dashboard can be used on a processor four times slower than this one, and how its list of tenants behaves with a
 * hundred thousand of them. Figures only: they depend on the machine, and `npm test` asserts what does not (bytes and rows).
 */
import { parseArgs } from "node:util";
import { openBrowser } from "../test/browser/chromium.ts";
import { arrive, signIn } from "../test/browser/dashboard-person.ts";
import { ADMIN_TOKEN, serveSandbox } from "../test/browser/served.ts";
import { type FirstLoad, firstLoad } from "./bench/first-load.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" } } });
const rounds = Number(values.rounds);
const CPU_SLOWDOWN = 4;
// Which engine is decided when the seed is loaded.
process.env.DATABASE_URL = "file:unused.db";
const { MANY, seedTenants } = await import("../test/browser/many-tenants.ts");

const median = (figures: readonly number[]) => figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0;
const say = (label: string, figure: number, unit: string) =>
  console.log(`  ${label.padEnd(44)}${Math.round(figure).toLocaleString("en-IN").padStart(8)} ${unit}`);

const [served, browser] = await Promise.all([serveSandbox({ seed: seedTenants }), openBrowser()]);
try {
  const operator = await arrive({ browser, served });
  await signIn(operator, ADMIN_TOKEN);
  const { page } = operator;
  const state = await page.context().storageState();

  const loads: FirstLoad[] = [];
  for (let round = 0; round < rounds; round++)
    loads.push(
      await firstLoad(browser, {
        ...{ url: `${served.url}/dashboard`, cpuSlowdown: CPU_SLOWDOWN, state },
        isUseful: (one) => one.getByRole("heading", { name: "The last 30 days" }).waitFor(),
      }),
    );
  const of = (name: keyof FirstLoad) => median(loads.map((load) => load[name]));
  console.log(`First load of the dashboard, signed in, processor ${CPU_SLOWDOWN} times slower (median of ${rounds}):`);
  say("script, gzip", of("script_bytes_gzip") / 1_000, "KB");
  say("first paint", of("painted_ms"), "ms");
  say("the overview is there", of("useful_ms"), "ms");
  say("interactive", of("interactive_ms"), "ms");
  say("blocked meanwhile", of("blocked_ms"), "ms");

  console.log(`\nThe list of ${MANY.toLocaleString("en-IN")} tenants, on the same processor:`);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
  await operator.goTo("/tenants", "Tenants");
  const first = page.getByRole("cell").getByRole("link").first();
  await first.waitFor();
  const turns: number[] = [];
  for (let turned = 0; turned < rounds * 4; turned++) {
    const before = await first.innerText();
    const begun = performance.now();
    await page.getByRole("button", { name: "Next" }).click();
    await page.waitForFunction(
      `document.querySelector("tbody a")?.textContent !== ${JSON.stringify(before)} && !document.querySelector("[aria-busy=true]")`,
    );
    turns.push(performance.now() - begun);
  }
  say("a page is turned (median)", median(turns), "ms");
  say("the slowest turn", Math.max(...turns), "ms");
  say("rows on the page", await page.locator("tbody tr").count(), "");
  say("elements on the page", await page.locator("*").count(), "");
  const begun = performance.now();
  await page.getByLabel("Name or external id").fill("077777");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Shop 077777" }).waitFor();
  say("one of them is found by a part of its name", performance.now() - begun, "ms");
} finally {
  await browser.close();
  await served.close();
}
