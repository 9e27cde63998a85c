import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ensurePages, needsPages, pagesReady } from "../../scripts/bootstrap/pages.mjs";
import { STATES as sold } from "../../src/billing/parties/gst.ts";
import { STATES as shown } from "../../src/web/apps/portal/billing/states.ts";

const PAGES = path.resolve("scripts/bootstrap/pages.mjs");

let root: string;

/** A small repository whose pages are built by noting it, with the stamp of what was there when it began. */
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "tollgate-pages-"));
  mkdirSync(path.join(root, "src/web/apps/portal"), { recursive: true });
  mkdirSync(path.join(root, "scripts"));
  writeFileSync(path.join(root, "package.json"), '{ "type": "module" }');
  writeFileSync(path.join(root, "package-lock.json"), "{}");
  writeFileSync(path.join(root, "src/web/apps/portal/main.tsx"), "one");
  buildThat(`
    import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
    import { pagesStamp, stampPath } from ${JSON.stringify(PAGES)};
    mkdirSync("dist/web", { recursive: true });
    appendFileSync("builds", "built\\n");
    writeFileSync(stampPath("."), pagesStamp("."));
  `);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const buildThat = (does: string) => writeFileSync(path.join(root, "scripts/pages.ts"), does);
const builds = () => {
  const file = path.join(root, "builds");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").length : 0;
};
const ensure = () => ensurePages(root, process.execPath);

test("pages that are missing are built, once, by whoever comes first", async () => {
  expect(pagesReady(root)).toBe(false);
  await Promise.all([ensure(), ensure()]);
  await ensure();
  expect(builds()).toBe(1);
});

test("a source that changed, or packages that did, make them be built again", async () => {
  await ensure();
  writeFileSync(path.join(root, "src/web/apps/portal/main.tsx"), "two");
  await ensure();
  writeFileSync(path.join(root, "package-lock.json"), '{ "packages": {} }');
  await ensure();
  expect(builds()).toBe(3);
});

test("a build that fails says so, and is tried again", async () => {
  buildThat("process.exit(1)");
  await expect(ensure()).rejects.toThrow("the pages could not be built");
  await expect(ensure()).rejects.toThrow("the pages could not be built");
});

test("a package without sources serves the pages it came with", async () => {
  rmSync(path.join(root, "src"), { recursive: true });
  await ensure();
  expect(builds()).toBe(0);
});

test("the server and the tests have pages, other scripts do not wait for them", () => {
  expect(["src/main.ts", "scripts/check.ts", "scripts/demo.ts"].map(needsPages)).toEqual([true, true, false]);
});

test("the portal offers the States that the server knows", () => {
  expect(shown).toEqual(sold);
});
