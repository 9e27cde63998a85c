import { asc, eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dunningStep } from "../../src/billing/collection/dunning.ts";
import { mails } from "../../src/db/schema.ts";
import { DAY, HOUR } from "../../src/kernel/clock.ts";
import type { TenantId } from "../../src/kernel/id.ts";
import { openShop, type Shop } from "./shop.ts";

describe("what is due for an open invoice", () => {
  const schedule = { grace_days: 6, reminder_days: [0, 2, 4], final_notice_days: 1 };
  const invoice = { due_at: 100 * DAY, dunning_stage: 0, final_notice_at: null, suspended_at: null };

  test("is every reminder once, the last warning, and then the end of patience, in this order", () => {
    let state: { dunning_stage: number; final_notice_at: number | null; suspended_at: number | null } = invoice;
    const steps: [number, string][] = [];
    for (let now = 99 * DAY; now < 110 * DAY; now += HOUR) {
      const step = dunningStep({ ...invoice, ...state, now }, schedule);
      if (!step) continue;
      steps.push([(now - invoice.due_at) / DAY, step]);
      const dunning_stage = schedule.reminder_days.filter((day) => now >= invoice.due_at + day * DAY).length;
      state = {
        ...(step === "suspend" ? { ...state, suspended_at: now } : { ...state, dunning_stage }),
        ...(step === "final_notice" && { final_notice_at: now }),
      };
    }
    expect(steps).toEqual([
      ...[
        [0, "remind"],
        [2, "remind"],
        [4, "remind"],
      ],
      ...[
        [5, "final_notice"],
        [6, "suspend"],
      ],
    ]);
  });

  test("is never a suspension without a warning most of a day before, however late the warning came", () => {
    const now = invoice.due_at + 9 * DAY;
    expect(dunningStep({ ...invoice, now }, schedule)).toBe("final_notice");
    const warned = { ...invoice, dunning_stage: 3, final_notice_at: now };
    expect(dunningStep({ ...warned, now: now + 19 * HOUR }, schedule)).toBe(null);
    expect(dunningStep({ ...warned, now: now + 20 * HOUR }, schedule)).toBe("suspend");
  });

  test("is a suspension at once where the plan has neither grace nor a warning", () => {
    const none = { grace_days: 0, reminder_days: [], final_notice_days: 0 };
    expect(dunningStep({ ...invoice, now: invoice.due_at }, none)).toBe("suspend");
  });
});

describe("who does not pay", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterAll(() => shop.close());

  test("is reminded on the days of the plan, warned, suspended, and served again once it is paid", async () => {
    const plan_id = await shop.plan({
      ...{ price_paise: 50_000, overage: { enabled: true, cap_micros: 9_000_000_000 } },
      ...{ reminder_days: [1, 3], grace_days: 6, final_notice_days: 2 },
    });
    const customer = await shop.customer();
    const made = await customer.api<{ razorpay_subscription_id: string }>("POST", "billing/subscription", { plan_id });
    await shop.account.person.authenticate(made.razorpay_subscription_id, { method: "card_domestic" });
    await shop.pass(0);
    await customer.spend(200_000_000);
    await shop.pass(41 * DAY);

    const told = async () =>
      (
        await shop.admin<{ data: { type: string; created_at: string; data: Record<string, unknown> }[] }>(
          ...(["GET", `alerts?tenant_id=${customer.id}&limit=1000`] as const),
        )
      ).data
        .toReversed()
        .filter(({ type }) => /^(invoice\.(reminder|final_notice|overdue|paid)|customer\.)/.test(type));
    const events = await told();
    expect(events.map(({ type }) => type).filter((type) => type !== "invoice.paid")).toEqual([
      ...["invoice.reminder", "invoice.reminder", "invoice.final_notice", "invoice.overdue", "customer.suspended"],
    ]);
    const { data } = await customer.api<{ data: { kind: string; due_at: string }[] }>("GET", "billing/invoices");
    const due = Date.parse(data.find(({ kind }) => kind === "overage")!.due_at);
    const days = events
      .filter(({ type }) => /^invoice\.(reminder|final_notice|overdue)$/.test(type))
      .map(({ created_at }) => Math.floor((Date.parse(created_at) - due) / DAY));
    expect(days).toEqual([1, 3, 4, 6]);

    const { open } = await customer.api<{ open: { pay_url: string }[] }>("GET", "billing");
    await shop.account.person.payLink(open[0]!.pay_url.split("/").at(-1)!, { method: "upi" });
    await shop.pass(0);
    expect(await customer.api("GET", "billing")).toMatchObject({ standing: "ok", open: [] });
    expect((await told()).at(-1)).toMatchObject({ type: "customer.reinstated" });
    const subjects = await shop.db.read
      .select({ subject: mails.subject, source: mails.source })
      .from(mails)
      .where(eq(mails.tenant_id, customer.id as TenantId))
      .orderBy(asc(mails.id));
    const dunned = subjects.filter(({ source }) => /^(dunning|reinstated):/.test(source));
    expect(dunned.map(({ subject }) => subject.split(/[ :]/)[0])).toEqual([
      ...["Invoice", "Invoice", "Last", "Service", "Service"],
    ]);
  });

  test("is left in peace by what is less than a rupee", async () => {
    const plan_id = await shop.plan({
      ...{ price_paise: 50_000, overage: { enabled: true, cap_micros: 9_000_000_000 }, grace_days: 2 },
    });
    const customer = await shop.customer();
    const made = await customer.api<{ razorpay_subscription_id: string }>("POST", "billing/subscription", { plan_id });
    await shop.account.person.authenticate(made.razorpay_subscription_id, { method: "card_domestic" });
    await shop.pass(0);
    await customer.spend(200_000_000);
    await shop.pass(33 * DAY);
    const open = async () =>
      (await customer.api<{ open: { invoice_id: string; open_paise: number }[] }>("GET", "billing")).open;
    const [due] = await open();
    await shop.admin("POST", `invoices/${due!.invoice_id}/payments`, {
      ...{ amount_paise: due!.open_paise - 50, reference: "NEFT, short of the bank's fee" },
    });
    await shop.pass(9 * DAY);
    expect(await open()).toMatchObject([{ open_paise: 50 }]);
    expect(await customer.api("GET", "billing")).toMatchObject({ standing: "ok" });
  });
});
