import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";

/** What the first load of a page came to, in ms since it was asked for. */
export interface FirstLoad {
  /** The first words or pictures are there. */
  readonly painted_ms: number;
  /** What the page is for is there. */
  readonly useful_ms: number;
  /** The processor has been free for every click since: the end of the last long task before a quiet time. */
  readonly interactive_ms: number;
  /** For how long clicks had to wait meanwhile: what long tasks took beyond 50 ms each. */
  readonly blocked_ms: number;
  readonly script_bytes_gzip: number;
}

const LONG_MS = 50;
/** As Lighthouse has it: so long without a long task, and it counts as interactive from the last one on. */
const QUIET_MS = 5_000;

const WATCH = `
  globalThis.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) longTasks.push({ startTime, duration });
  }).observe({ type: "longtask", buffered: true });
`;
const ASK = `({
  painted: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
  tasks: longTasks,
  now: performance.now(),
})`;

/** Loads a page as if never before, on a processor that is so many times slower, and waits until it is quiet. */
export async function firstLoad(
  browser: Browser,
  {
    url,
    cpuSlowdown,
    state,
    isUseful,
  }: {
    readonly url: string;
    readonly cpuSlowdown: number;
    /** Who is signed in. */
    readonly state: Awaited<ReturnType<ReturnType<Page["context"]>["storageState"]>>;
    readonly isUseful: (page: Page) => Promise<void>;
  },
): Promise<FirstLoad> {
  const context = await browser.newContext({ storageState: state, viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const scripts: Promise<number>[] = [];
  page.on("response", (response) => {
    if (response.url().endsWith(".js")) scripts.push(response.body().then((body) => gzipSync(body).length));
  });
  const devtools = await context.newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: cpuSlowdown });
  await page.addInitScript(WATCH);
  await page.goto(url, { waitUntil: "commit" });
  await isUseful(page);
  const useful_ms = await page.evaluate<number>("performance.now()");
  let seen = await page.evaluate<{ painted: number; tasks: { startTime: number; duration: number }[]; now: number }>(
    ASK,
  );
  const endOf = () => Math.max(0, ...seen.tasks.map(({ startTime, duration }) => startTime + duration));
  while (seen.now - Math.max(endOf(), useful_ms) < QUIET_MS) {
    await page.waitForTimeout(250);
    seen = await page.evaluate(ASK);
  }
  const { painted: painted_ms, tasks } = seen;
  const first = await Promise.all(scripts);
  await context.close();
  return {
    ...{ painted_ms, useful_ms, interactive_ms: Math.max(painted_ms, endOf()) },
    blocked_ms: tasks.reduce((sum, { duration }) => sum + Math.max(0, duration - LONG_MS), 0),
    script_bytes_gzip: first.reduce((sum, bytes) => sum + bytes, 0),
  };
}
