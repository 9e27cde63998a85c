import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type ServerProcess, startServer } from "../../scripts/support/server-process.ts";
import { DAY, iso, SECOND } from "../../src/kernel/clock.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { ADMIN_TOKEN, ROOT_SECRET } from "../support/world.ts";

/** A sandbox gateway as an operator runs it: its customers outlive a restart, and so does what its simulated Razorpay knows of them. */

let database: TestDatabase;
let server: ServerProcess;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterEach(async () => {
  await server.end("SIGKILL");
});
afterAll(async () => {
  await database.close();
});

const PRICED = { included_micros: 500_000_000, pricing: { type: "markup", multiplier_ppm: 1_300_000 } };
const start = () =>
  startServer({
    ...{ DATABASE_URL: database.url, TOLLGATE_ADMIN_TOKEN: ADMIN_TOKEN, TOLLGATE_SECRET: ROOT_SECRET },
    TOLLGATE_NODE_ID: "restarted",
  });
const admin = <T>(method: string, path: string, body?: unknown) =>
  server.call<T>(ADMIN_TOKEN, method, `admin/${path}`, body);

test.each(["SIGTERM", "SIGKILL"] as const)(
  "a subscription is charged after the gateway ended with %s",
  async (signal) => {
    server = await start();
    const place = {
      ...{ address: { line1: "1 MG Road", city: "Bengaluru", postal_code: "560001" }, state_code: "29" },
    };
    await admin("PUT", "sellers/operator", { legal_name: "Acme Cloud Pvt Ltd", gstin: "29ABCDE1234F1ZW", ...place });
    const plan = await admin<{ id: string }>("POST", "plans", {
      name: `Team ${signal}`,
      price_paise: 99_900,
      ...PRICED,
    });
    const tenant = await admin<{ id: string }>("POST", "tenants", { name: "Acme", currency: "INR" });
    const profile = { name: "Acme", email: "pay@acme.example", contact: "9800000000", ...place };
    await admin("PUT", `tenants/${tenant.id}/billing_profile`, profile);
    const { short_url } = await admin<{ short_url: string }>("POST", `tenants/${tenant.id}/subscription`, {
      plan_id: plan.id,
    });
    const approved = await fetch(short_url, {
      method: "POST",
      body: new URLSearchParams({ method: "card_domestic", fail: "" }),
    });
    expect(await approved.text()).toContain("Payment successful");
    const paid = async () =>
      (await admin<{ data: { status: string }[] }>("GET", `invoices?tenant_id=${tenant.id}`)).data.filter(
        ({ status }) => status === "paid",
      ).length;
    await expect.poll(paid, { timeout: 20_000 }).toBe(1);

    await server.end(signal);
    server = await start();
    expect((await fetch(short_url)).status).toBe(200);
    await admin("POST", "sandbox/clock", { advance_seconds: (32 * DAY) / SECOND });
    await expect.poll(paid, { timeout: 20_000 }).toBe(2);
    await server.end("SIGTERM");
  },
  90_000,
);

test("what was used before a restart is in the provider's reports after it: a proof finds nothing", async () => {
  server = await start();
  const from = iso((await clockNow()) - ((await clockNow()) % DAY));
  const tenant = await admin<{ id: string }>("POST", "tenants", { name: "Umbra", currency: "USD" });
  await admin("POST", `tenants/${tenant.id}/credits`, { amount_micros: 1_000_000, reason: "a start" });
  const { secret } = await admin<{ secret: string }>("POST", `tenants/${tenant.id}/keys`, { name: "restarting" });
  const answer = await fetch(`${server.url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": secret, "content-type": "application/json", "anthropic-version": "2023-06-01" },
    body: JSON.stringify({
      ...{ model: "claude-haiku-4-5", max_tokens: 32, messages: [{ role: "user", content: "Hello" }] },
    }),
  });
  expect(answer.status).toBe(200);
  await answer.text();

  await server.end("SIGTERM");
  server = await start();
  await admin("POST", "sandbox/clock", { advance_seconds: (3 * DAY) / SECOND });
  const to = iso((await clockNow()) - ((await clockNow()) % DAY));
  const { id } = await admin<{ id: string }>("POST", "reconciliations", {
    from: from.slice(0, 10),
    to: to.slice(0, 10),
  });
  const run = () =>
    admin<{ status: string; sides: string[]; findings: { data: object[] } }>("GET", `reconciliations/${id}`);
  await expect.poll(async () => (await run()).status, { timeout: 60_000 }).toBe("done");
  expect((await run()).sides).toContain("provider");
  expect((await run()).findings.data).toEqual([]);
  await server.end("SIGTERM");
}, 120_000);

const clockNow = async () => Date.parse((await admin<{ now: string }>("GET", "sandbox/clock")).now);
