import { afterAll, beforeAll, expect, test } from "vitest";
import { asAdmin, expectRefusal } from "../http/ask.ts";
import { openWorld, type World } from "../support/world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

let made = 0;
const line = (quantity: string, fields: Record<string, unknown> = {}) => ({
  ...{ kind: "code_execution_hours", reference: `console ${made++}`, quantity },
  ...{ from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z" },
  ...fields,
});
const post = (body: object) => asAdmin(world, "POST", "cost_lines", body);

test("hours past the free ones of a month cost USD 0.05 each, over all lines of that month", async () => {
  const costs: unknown[] = [];
  for (const quantity of ["1500", "49.5", "20.25", "0.000003"]) {
    const { status, body } = await post(line(quantity));
    costs.push([status, body.charged, body.cost_usd]);
  }
  expect(costs).toEqual([
    [201, "0", "0"],
    [201, "0", "0"],
    [201, "19.75", "0.9875"],
    [201, "0.000003", "0"],
  ]);
  const february = { from: "2026-02-01T00:00:00Z", to: "2026-03-01T00:00:00Z" };
  expect((await post(line("1551", february))).body).toMatchObject({ charged: "1", cost_usd: "0.05", usd_each: "0.05" });
});

test("the month's sum is exact, however finely it is told", async () => {
  const march = { from: "2026-03-01T00:00:00Z", to: "2026-03-02T00:00:00Z" };
  await post(line("1550", march));
  let sum = 0;
  for (let n = 0; n < 40; n++) sum += (await post(line("0.000005", march))).body.cost_micros_usd as number;
  expect(sum).toBe(10);
});

test("the same reference again is the same line, and another content under it is a conflict", async () => {
  const april = line("2000", { from: "2026-04-01T00:00:00Z", to: "2026-05-01T00:00:00Z" });
  const first = await post(april);
  const again = await post(april);
  expect([first.status, again.status]).toEqual([201, 200]);
  expect(again.body).toEqual(first.body);
  expectRefusal(await post({ ...april, quantity: "2001" }), { status: 409, code: "conflict", says: /reference/ });
});

test("lines are listed, newest first, and are nobody's spend", async () => {
  const { body } = await asAdmin<{ data: { reference: string }[]; has_more: boolean }>(
    world,
    "GET",
    "cost_lines?limit=2",
  );
  expect(body.data.map(({ reference }) => reference)).toEqual([`console ${made - 1}`, `console ${made - 2}`]);
  expect(body.has_more).toBe(true);
  expect((await asAdmin<{ data: unknown[] }>(world, "GET", "events")).body.data).toEqual([]);
});

test.each([
  ["quantity", { quantity: "1.0000001" }],
  ["quantity", { quantity: 12 }],
  ["quantity", { quantity: "-1" }],
  ["to", { to: "2026-01-01T00:00:00Z" }],
  ["to", { to: "2026-02-01T00:00:00.001Z" }],
  ["kind", { kind: "coffee" }],
  ["reference", { reference: " " }],
  ["tenant_id", { tenant_id: "ten_1" }],
])("a line with a bad or unknown %s (%j) is refused by its name", async (field, fields) => {
  expectRefusal(await post(line("1", fields)), { status: 400, code: "invalid_request", says: field });
});
