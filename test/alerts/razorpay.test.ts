import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { lastChargeOf, lookAtRenewals } from "../../src/alerts/renewals.ts";
import { lookAtWebhooks } from "../../src/alerts/webhooks.ts";
import { DAY, HOUR, iso, MINUTE } from "../../src/kernel/clock.ts";
import type { SubscriptionId, TenantId } from "../../src/kernel/id.ts";
import { paise } from "../../src/kernel/money.ts";
import { at, type Lookout, openLookout } from "./lookout.ts";

let out: Lookout;
beforeAll(async () => {
  out = await openLookout(at("2027-02-17T12:00:00+05:30"));
});
afterAll(() => out.close());
beforeEach(() => out.clear());
const now = () => out.clock.now();

describe("an account that sends no webhooks", () => {
  const look = (due_min = 1) => lookAtWebhooks(out, { enabled: true, hours: 6, due_min });

  test("is told of when a payment was captured and nothing came for hours, once for each silence", async () => {
    await out.insert.webhook({ received_at: now() - 10 * HOUR });
    await out.insert.payment({ captured_at: now() - 2 * HOUR });
    await look();
    await look();
    expect(await out.raised()).toMatchObject([
      { type: "webhooks.silent", tenant_id: null, data: { account_id: "operator", hours: 6, payments: 1 } },
    ]);
    await out.insert.webhook({ received_at: now() });
    out.clock.advance(10 * HOUR);
    await out.insert.payment({ captured_at: now() - 2 * HOUR });
    await look();
    expect(await out.raised()).toHaveLength(2);
  });

  test("is told of though it never sent one, as the tenant's whose account it is", async () => {
    const tenant = "ten_own" as TenantId;
    await out.insert.webhook({ received_at: now() - HOUR });
    await out.insert.payment({ captured_at: now() - 2 * HOUR });
    await out.insert.payment({ account_id: tenant, captured_at: now() - 2 * HOUR });
    await look();
    expect(await out.raised()).toMatchObject([
      { type: "webhooks.silent", tenant_id: tenant, data: { last_received_at: null } },
    ]);
  });

  test("is not told of where nothing was due: no payment, one of long ago, a bank transfer, one that just came", async () => {
    await out.insert.webhook({ received_at: now() - 10 * DAY });
    await out.insert.payment({ captured_at: now() - 9 * DAY });
    await out.insert.payment({ captured_at: now() - HOUR, purpose: "manual" });
    await out.insert.payment({ captured_at: now() - MINUTE });
    await out.insert.payment({ captured_at: null, status: "failed" });
    await look();
    expect(await out.raised()).toEqual([]);
  });

  test("is not told of while webhooks come, nor before as many were due as the settings say", async () => {
    await out.insert.webhook({ received_at: now() - 5 * HOUR });
    await out.insert.payment({ captured_at: now() - 45 * MINUTE });
    await look();
    expect(await out.raised()).toEqual([]);
    out.clock.advance(5 * HOUR);
    await look(2);
    expect(await out.raised()).toEqual([]);
    await look();
    expect(await out.raised()).toHaveLength(1);
  });
});

describe("what ends by itself", () => {
  const look = () => lookAtRenewals(out, { enabled: true, days: 60 });
  const monthly = () => out.plan({ collection: "subscription", price_paise: paise(50_000) });

  test("a subscription is told of sixty days before its last charge, once", async () => {
    const { plan_id, plan_version_id } = await monthly();
    const id = "tgs_ending" as SubscriptionId;
    const charge_at = at("2027-03-01T00:00:00+05:30");
    await out.insert.subscription({ ...{ id, plan_id, plan_version_id, charge_at, remaining_count: 4 } });
    // The last of four is on the first of June: sixty days before that is the second of April.
    out.clock.advance(at("2027-04-01T23:00:00+05:30") - now());
    await look();
    expect(await out.raised()).toEqual([]);
    out.clock.advance(2 * HOUR);
    await look();
    await look();
    expect(await out.raised()).toMatchObject([
      {
        type: "subscription.ending",
        data: { subscription_id: id, plan_id, remaining_count: 4, last_charge_at: "2027-05-31T18:30:00.000Z" },
      },
    ]);
  });

  test("a subscription that has long to go, is cancelled already or ended is not told of", async () => {
    const { plan_id, plan_version_id } = await monthly();
    const fields = { plan_id, plan_version_id, charge_at: now() + DAY };
    await out.insert.subscription({ ...fields, remaining_count: 11 });
    await out.insert.subscription({ ...fields, remaining_count: 1, cancel_at_cycle_end: true });
    await out.insert.subscription({ ...fields, remaining_count: 1, status: "cancelled" });
    await out.insert.subscription({ ...fields, remaining_count: 0, collection: "mandate" });
    await look();
    expect(await out.raised()).toEqual([]);
  });

  test("a mandate is told of sixty days before it expires, once for each expiry", async () => {
    await out.insert.mandate({ expires_at: now() + 61 * DAY });
    await out.insert.mandate({ expires_at: null });
    await out.insert.mandate({ expires_at: now() + DAY, status: "cancelled" });
    await look();
    expect(await out.raised()).toEqual([]);
    out.clock.advance(DAY + HOUR);
    await look();
    await look();
    expect(await out.raised()).toMatchObject([{ type: "mandate.expiring", data: { method: "upi" } }]);
  });

  test("the last charge is reckoned in Indian months; without one left, it is the end of what was paid", () => {
    const charge_at = at("2027-01-31T00:00:00+05:30");
    const monthly = { period: "monthly", interval: 1 } as const;
    const last = (fields: object, plan: Parameters<typeof lastChargeOf>[1] = monthly) => {
      const ms = lastChargeOf({ remaining_count: 2, charge_at, current_end: null, ...fields }, plan);
      return ms === null ? null : iso(ms);
    };
    expect(last({})).toBe("2027-02-27T18:30:00.000Z");
    expect(last({}, { period: "yearly", interval: 1 })).toBe("2028-01-30T18:30:00.000Z");
    expect(last({}, { period: "weekly", interval: 2 })).toBe("2027-02-13T18:30:00.000Z");
    expect(last({ remaining_count: 0, current_end: charge_at })).toBe("2027-01-30T18:30:00.000Z");
    expect(last({ charge_at: null })).toBeNull();
  });
});
