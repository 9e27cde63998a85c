import express, { type RequestHandler } from "express";
import { afterAll, beforeAll, expect, test } from "vitest";
import { setActor } from "../../src/http/actor.ts";
import { DAY, HOUR, iso } from "../../src/kernel/clock.ts";
import { reconcileOnce } from "../../src/reconcile/once.ts";
import { faultAdminRoutes } from "../../src/sandbox/fault-routes.ts";
import { type Customer, openShop, type Shop } from "../billing/shop.ts";
import { ask } from "../http/ask.ts";
import { provingParts } from "../reconcile/month.ts";
import { TEST_ACTOR } from "../support/secrets.ts";
import { serve, type TestServer } from "../support/serve.ts";

/** What an operator breaks by hand in the sandbox, and what a proof says of it. */

let shop: Shop;
let server: TestServer;
let proving: ReturnType<typeof provingParts>;
let customer: Customer;
let first: string;
beforeAll(async () => {
  shop = await openShop({ providerOnClock: true });
  const { sandbox: anthropic, db, account, clock } = shop;
  const asAdmin: RequestHandler = (_req, res, next) => {
    setActor(res, TEST_ACTOR);
    next();
  };
  server = await serve(express().use(express.json(), asAdmin, faultAdminRoutes({ db, anthropic, account, clock })));
  proving = provingParts(shop);
  // Early in the provider's day, so that what is used within some hours is of one day.
  shop.clock.advance(DAY + HOUR - (shop.clock.now() % DAY));
  first = day();
  customer = await shop.customer();
  await buy();
});
afterAll(async () => {
  await proving.close();
  await server.close();
  await shop.close();
});

const day = () => iso(shop.clock.now()).slice(0, 10);

async function buy(): Promise<void> {
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", {
    credit_micros: 100_000_000,
  });
  await shop.account.person.pay(order_id, { method: "upi" });
  await shop.pass(HOUR);
}

const use = async (model: string) => (await shop.messages(customer.key, { model })).text();

async function impose(of: string, fault: string): Promise<() => Promise<unknown>> {
  const { status, body } = await ask(server, "/sandbox/faults", { json: { of, fault } });
  expect(status).toBe(201);
  return async () => {
    const path = `/sandbox/faults/${String(body.id)}`;
    expect((await ask(server, path, { method: "DELETE" })).status).toBe(204);
  };
}

/** The kinds of what is found in all days that are over. */
async function found(): Promise<string[]> {
  const span = { from: first, to: day(), repair: false };
  const { status, findings } = await reconcileOnce(proving.parts, span, { actor: TEST_ACTOR });
  expect(status).toBe("done");
  return [...new Set(findings.map(({ kind }) => kind))];
}

test("a day that the provider does not report is found, until it is mended", async () => {
  await use("claude-sonnet-5-5");
  const mend = await impose("reports", "missing_day");
  await shop.pass(2 * DAY);
  expect(await found()).toEqual(["provider_day_missing"]);
  await mend();
  expect(await found()).toEqual([]);
});

test("rows that the provider reports late are found, until they come", async () => {
  await use("claude-sonnet-5-5");
  await shop.pass(HOUR);
  const mend = await impose("reports", "late_rows");
  await use("claude-haiku-4-5");
  await shop.pass(2 * DAY);
  expect(await found()).toEqual(["provider_usage_missing"]);
  await mend();
  expect(await found()).toEqual([]);
});

test("another price than the list's is found, until it is mended", async () => {
  const mend = await impose("reports", "other_price");
  expect(await found()).toEqual(["provider_cost_differs"]);
  await mend();
  expect(await found()).toEqual([]);
});

test("a settlement that is short by a fee is found, and a payment that nobody knows", async () => {
  await impose("money", "short_settlement");
  await buy();
  await shop.pass(6 * DAY);
  expect(await found()).toEqual(["settlement_short"]);
  await impose("money", "unknown_payment");
  await shop.pass(DAY);
  expect((await found()).sort()).toEqual(["payment_unknown", "settlement_short"]);
});

test("what is broken is listed with what can be, once however often it is asked for", async () => {
  const mend = await impose("reports", "missing_day");
  await impose("reports", "missing_day");
  const { body } = await ask<{ data: { id: string }[]; choices: Record<string, string[]> }>(server, "/sandbox/faults");
  expect(body.data.filter(({ id }) => id === "reports.missing_day")).toHaveLength(1);
  expect(body.choices).toMatchObject({
    reports: ["missing_day", "late_rows", "other_price"],
    money: ["unknown_payment", "short_settlement"],
  });
  await mend();
});
