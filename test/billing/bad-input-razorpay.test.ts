import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOUR } from "../../src/kernel/clock.ts";
import type { FaultRule } from "../../src/sandbox/razorpay/faults.ts";
import { type Answer, expectRefusal, type Refusal } from "../http/ask.ts";
import { type Cast, openCast } from "./cast.ts";
import { differenceOf, standOf } from "./untouched.ts";

/** Razorpay says no, or says nothing: whoever asked hears of it in our words, and what was begun gives nobody anything. */

let cast: Cast;
beforeAll(async () => {
  cast = await openCast();
});
afterAll(() => cast.shop.close());

type Ask = () => Promise<Answer>;
const as =
  (who: keyof Cast["who"], method: string, path: () => string, json?: () => unknown): Ask =>
  () =>
    cast.as(cast.who[who], method, path(), json?.());
const verify = (who: keyof Cast["who"], path: string, kind: keyof Cast["signed"]) =>
  as(
    who,
    "POST",
    () => `billing/${path}/verify`,
    () => cast.signed[kind],
  );
const act = (who: keyof Cast["who"], name: string, json: unknown = {}) =>
  as(
    who,
    "POST",
    () => `billing/${name}`,
    () => json,
  );

const CALLS: readonly (readonly [what: string, ask: Ask, path: RegExp])[] = [
  [
    "a sign-up",
    () => cast.as(cast.who.fresh, "POST", "billing/subscription", { plan_id: cast.plan.other }),
    /^\/(plans|subscriptions)/,
  ],
  ["a top-up", act("wallet", "topups", { credit_micros: 30_000_000 }), /^\/orders/],
  ["a mandate", act("fresh", "mandate", { max_amount_paise: 100_000, method: "upi" }), /^\/(customers|orders)/],
  ["to pause", act("active", "subscription/pause"), /^\/subscriptions/],
  ["to resume", act("paused", "subscription/resume"), /^\/subscriptions/],
  ["to cancel", act("leaving", "subscription/cancel", { at: "now" }), /^\/subscriptions/],
  ["to cancel at the end", act("owing", "subscription/cancel", { at: "cycle_end" }), /^\/subscriptions/],
  ["to end a mandate", as("mandated", "DELETE", () => `billing/mandate/${cast.id.mandate}`), /^\/customers/],
  ["to verify a mandate", verify("mandated", "mandate", "mandate"), /^\/(payments|customers)/],
  ["to verify a subscription", verify("active", "subscription", "subscription"), /^\/subscriptions/],
  ["to verify a top-up", verify("wallet", "topups", "topup"), /^\/payments/],
  [
    "a refund",
    () => cast.admin("POST", "refunds", { payment_id: cast.id.base_payment, reason: "a mistake of ours" }),
    /^\/payments/,
  ],
];

/** What may be there after a call that came to nothing: the claim of the call, who made it, and what waits for an answer that may still come. */
const BEGUN = ["claims", "audit", "topups", "mandates", "subscriptions", "subscription_changes", "refunds"];

async function nothingGiven(ask: Ask, refusal: Refusal): Promise<void> {
  const before = await standOf(cast.shop);
  expectRefusal(await ask(), refusal);
  const touched = Object.keys(differenceOf(before, await standOf(cast.shop)));
  expect(touched.filter((name) => !BEGUN.includes(name))).toEqual([]);
}

describe.each([
  ["cannot be reached", "drop"],
  ["has a fault of its own", "500"],
  ["answers with a page of HTML", "502-html"],
  ["asks to come again", "429"],
] as const)("while Razorpay %s, it is said so and nothing is given:", (_how, fault: FaultRule["fault"]) => {
  test.each(CALLS)("%s", async (_what, ask, path) => {
    const undo = cast.shop.account.faults.impose({ path, fault });
    try {
      await nothingGiven(ask, { status: 503, code: "collector_unreachable", type: "api_error", says: /try again/ });
    } finally {
      undo();
    }
  });
});

test("when Razorpay is back, all of it can be done, and is done once", async () => {
  const { account } = cast.shop;
  // By then it is certain enough that what was sent and cannot be found never came.
  await cast.shop.pass(HOUR);
  for (const [what, ask] of CALLS) {
    // What was asked to go back has gone by itself.
    if (what === "a refund") continue;
    const { status, text } = await ask();
    expect([200, 201, 204], `${what}: ${text}`).toContain(status);
  }
  const { refunds, subscriptions } = account.books;
  expect(refunds().filter(({ payment_id }) => payment_id === cast.id.base_payment)).toMatchObject([{ amount: 59_000 }]);
  expect(subscriptions().filter(({ notes }) => notes.tenant_id === cast.who.fresh.id)).toHaveLength(1);
  await cast.shop.pass(HOUR);
  await cast.shop.balanced();
});

test("a refund whose answer was lost is one refund, however often it is asked for", async () => {
  const { account } = cast.shop;
  const refund = (amount_paise: number) =>
    cast.admin("POST", "refunds", { payment_id: cast.id.wallet_payment, amount_paise, reason: "they asked for it" });
  account.faults.impose({ method: "POST", path: /refund$/, fault: "commit-then-drop", times: 1 });
  expectRefusal(await refund(1_000), { status: 503, code: "collector_unreachable", type: "api_error" });
  expectRefusal(await refund(2_000), { status: 409, code: "conflict", says: /refund of 1000 paise .* under way/ });
  expect((await refund(1_000)).status).toBe(201);
  const made = account.books.refunds().filter(({ payment_id }) => payment_id === cast.id.wallet_payment);
  expect(made).toMatchObject([{ amount: 1_000 }]);
});
