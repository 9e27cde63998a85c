import { afterAll, beforeAll, expect, test } from "vitest";
import { asAdmin } from "../http/ask.ts";
import { openWorld, type World } from "../support/world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
  const tenant = (fields: Record<string, unknown>) => world.admin("POST", "tenants", fields);
  await tenant({ name: "Acme Analytics", external_id: "acme" });
  await tenant({ name: "ACME Billing", status: "suspended" });
  await tenant({ name: "100% Organic", external_id: "organic" });
  await tenant({ name: "Bharat_Legal", external_id: "bharat-legal" });
});
afterAll(() => world.close());

const named = async (query: string) =>
  (await world.admin<{ data: { name: string }[] }>("GET", `tenants?${query}`)).data.map(({ name }) => name);

test("tenants are found by a part of the name, however it is written, and by the beginning of the external id", async () => {
  expect(await named("q=acme")).toEqual(["ACME Billing", "Acme Analytics"]);
  expect(await named("q=lytic")).toEqual(["Acme Analytics"]);
  expect(await named("q=bharat-")).toEqual(["Bharat_Legal"]);
  expect(await named("q=nobody")).toEqual([]);
});

test("signs that mean something to a database mean themselves", async () => {
  expect(await named(`q=${encodeURIComponent("0%")}`)).toEqual(["100% Organic"]);
  expect(await named("q=t_L")).toEqual(["Bharat_Legal"]);
  expect(await named("q=_")).toEqual(["Bharat_Legal"]);
  expect(await named(`q=${encodeURIComponent("\\")}`)).toEqual([]);
  expect(await named(`q=${encodeURIComponent("'")}`)).toEqual([]);
});

test("by their status, page by page", async () => {
  expect(await named("q=acme&status=suspended")).toEqual(["ACME Billing"]);
  const first = await world.admin<{ has_more: boolean; last_id: string }>("GET", "tenants?q=acme&limit=1");
  expect(first.has_more).toBe(true);
  expect(await named(`q=acme&limit=1&after_id=${first.last_id}`)).toEqual(["Acme Analytics"]);
  expect((await asAdmin(world, "GET", "tenants?status=asleep")).status).toBe(400);
});
