import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keepClock } from "../../src/installation.ts";
import { DAY } from "../../src/kernel/clock.ts";
import { tellReport } from "../../src/reports/table.ts";
import { type Customer, openShop, type Shop } from "../billing/shop.ts";
import { ROOT_SECRET } from "../support/world.ts";

/** `tollgate report …` beside a sandbox whose clock was moved ahead, for people, as JSON and as CSV. */

let shop: Shop;
let customer: Customer;
beforeAll(async () => {
  shop = await openShop();
  shop.clock.advance(40 * DAY);
  await keepClock(shop.db, 40 * DAY);
  const plan = await shop.plan({ price_paise: 0, included_micros: 9_000_000_000 });
  customer = await shop.customer({ tenant: { name: "Red \u001b[31m", default_plan_id: plan } });
  expect(await customer.spend(1)).toBe(200);
});
afterAll(() => shop.close());

const CLI = join(import.meta.dirname, "../../src/cli.ts");
const env = () => ({ PATH: process.env.PATH, DATABASE_URL: shop.database.url, TOLLGATE_SECRET: ROOT_SECRET });

/** In a process of its own. */
const report = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [CLI, "report", ...args], { env: env() }, (error, out, err) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err }),
    );
  });

test.each(["usage", "margin", "subscriptions"])("of %s it says the same in each form", async (kind) => {
  const grouped = kind === "subscriptions" ? [] : ["--group-by", "tenant"];
  const [told, asked, csv] = await Promise.all([
    report(kind, ...grouped),
    report(kind, ...grouped, "--json"),
    report(kind, ...grouped, "--csv"),
  ]);
  for (const { code, err } of [told, asked, csv]) expect({ code, err }).toEqual({ code: 0, err: "" });
  // What was used just now is in the month so far: it is that of the moved clock.
  const { data } = JSON.parse(asked.out) as { data: Record<string, unknown>[] };
  expect(data).toMatchObject([{ tenant_id: customer.id, currency: "INR" }]);
  const columns = Object.keys(data[0]!);
  const [names, row, ...rest] = csv.out.trimEnd().split("\r\n");
  expect(names!.split(",")).toEqual(columns);
  expect(row).toContain(customer.id);
  expect(rest).toEqual([]);
  expect(told.out.split("\n")[0]!.split(/ {2,}/)).toEqual(columns);
  expect(told.out).toContain(customer.id);
  expect(told.out).not.toContain("\u001b");
});

test("what cannot be asked for is refused by its name", async () => {
  expect(await report("usage", "--csv", "--json")).toMatchObject({
    code: 2,
    out: "",
    err: expect.stringMatching(/one of them/),
  });
  expect(await report("usage", "--from", "yesterday")).toMatchObject({
    code: 2,
    out: "",
    err: expect.stringMatching(/from: must be/),
  });
  expect(await report("margin", "--after", "x")).toMatchObject({
    code: 2,
    out: "",
    err: expect.stringMatching(/last_id/),
  });
});

test("whoever has read enough of it hears of no error", async () => {
  const child = spawn(process.execPath, [CLI, "report", "usage", "--csv"], { env: env() });
  child.stdout.destroy();
  let said = "";
  child.stderr.on("data", (text: Buffer) => {
    said += text.toString();
  });
  const [code] = await once(child, "close");
  expect({ code, said }).toEqual({ code: 0, said: "" });
});

test("of more rows than are shown it says how to see the others, and what all come to", () => {
  const data = [
    { day: "2026-11-20", margin_ppm: null, currency: "INR" },
    { day: "2026-11-21", margin_ppm: 7, currency: "INR" },
  ];
  const totals = [{ margin_ppm: 5, currency: "INR" }];
  expect(tellReport({ data, totals, has_more: true, last_id: "Wz" })).toBe(
    [
      "day         margin_ppm  currency",
      "2026-11-20              INR",
      "2026-11-21           7  INR",
      "",
      "In all:",
      "margin_ppm  currency",
      "         5  INR",
      "",
      "There are more rows: --after Wz shows those that follow, --csv all of them.",
    ].join("\n"),
  );
  expect(tellReport({ data: [], has_more: false, last_id: null })).toBe("There is nothing in this range.");
});
