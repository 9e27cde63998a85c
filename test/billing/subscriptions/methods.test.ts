import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Cell,
  METHOD_RULES,
  SUBSCRIPTION_METHODS,
  type SubscriptionMethod,
} from "../../../src/billing/subscriptions/methods.ts";
import { DAY } from "../../../src/kernel/clock.ts";
import { KEY, openSimulated, type Simulated } from "../../sandbox/razorpay/simulator.ts";

/** The table of what Razorpay allows by which method: every cell of it is tried, and refused in the words that stand there. */

let simulated: Simulated;
beforeAll(async () => {
  simulated = await openSimulated();
});
afterAll(() => simulated.close());

async function call(method: string, path: string, body?: unknown): Promise<{ status: number; said: string | null }> {
  const answer = await fetch(`${simulated.server.url}/v1/${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${KEY.key_id}:${KEY.key_secret}`).toString("base64")}`,
      "content-type": "application/json",
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const { error } = (await answer.json()) as { error?: { description: string } };
  return { status: answer.status, said: error?.description ?? null };
}

/** An active subscription that is paid by a method. */
async function active(method: SubscriptionMethod, amount = 50_000): Promise<string> {
  const { razorpay } = simulated;
  const plan = await razorpay.createPlan({
    ...{ period: "monthly", interval: 1, item: { name: `Tried by ${method}`, amount, currency: "INR" } },
  });
  const { id } = await razorpay.createSubscription({ plan_id: plan.id, total_count: 12, quantity: 1 });
  await simulated.account.person.authenticate(id, { method });
  return id;
}

/** The cell says what is answered. */
function holds(cell: Cell, { status, said }: { status: number; said: string | null }): void {
  expect({ allowed: status === 200, why: said }).toEqual({
    allowed: cell.allowed,
    why: cell.allowed ? null : cell.why,
  });
}

describe.each(SUBSCRIPTION_METHODS)("by %s", (method) => {
  const rules = METHOD_RULES[method];

  test("an update of the running subscription, and an add-on, are allowed or refused as the table says", async () => {
    const id = await active(method);
    holds(rules.update, await call("PATCH", `subscriptions/${id}`, { quantity: 2 }));
    const item = { name: "More", amount: 10_000, currency: "INR" };
    holds(rules.addon, await call("POST", `subscriptions/${id}/addons`, { item, quantity: 1 }));
  });

  test("pausing, resuming and cancelling are too", async () => {
    const id = await active(method);
    holds(rules.pause, await call("POST", `subscriptions/${id}/pause`, { pause_at: "now" }));
    holds(rules.resume, await call("POST", `subscriptions/${id}/resume`, { resume_at: "now" }));
    await simulated.account.person.pauseSubscription(id);
    holds(rules.resume_customers_pause, await call("POST", `subscriptions/${id}/resume`, { resume_at: "now" }));
    if (!rules.resume_customers_pause.allowed) await simulated.account.person.resumeSubscription(id);
    holds(rules.cancel_at_cycle_end, await call("POST", `subscriptions/${id}/cancel`, { cancel_at_cycle_end: 1 }));
    holds(rules.cancel_now, await call("POST", `subscriptions/${id}/cancel`, {}));
  });

  test("the customer can change to the methods that are listed, and to no others", async () => {
    const changed: SubscriptionMethod[] = [];
    for (const to of SUBSCRIPTION_METHODS) {
      const id = await active(method);
      await simulated.account.person.changeMethod(id, { method: to }).then(
        () => changed.push(to),
        () => {},
      );
    }
    expect(changed).toEqual(rules.change_method_to);
  });

  test("what is charged without the customer stops where the table says", async () => {
    const most = rules.unattended_max_paise;
    const above = most !== null && most < 100_000_000 ? most + 100 : 2_000_000;
    const id = await active(method, above);
    await simulated.pass(32 * DAY);
    const { status } = await simulated.razorpay.fetchSubscription(id);
    expect(status === "active").toBe(most === null || above <= most);
    if (most === null || above <= most) return;
    const within = await active(method, most);
    await simulated.pass(32 * DAY);
    expect((await simulated.razorpay.fetchSubscription(within)).status).toBe("active");
  });
});
