import type { Step } from "../../src/billing/steps.ts";
import { DAY, HOUR } from "../../src/kernel/clock.ts";
import { type Customer, openShop, type Shop } from "../billing/shop.ts";
import { type Books, booksOf } from "./books.ts";
import type { EACH, Mortal } from "./mortal.ts";
import type { WorldOptions } from "./world.ts";

/** What happens in billing, each as it can be cut off anywhere: `play` begins it, and when it is called again goes on as people would. */
export interface CrashStory {
  readonly name: string;
  /** Where it is cut off. */
  readonly points: readonly Step[];
  readonly prepare: (shop: Shop) => Promise<Customer>;
  readonly play: (shop: Shop, customer: Customer) => Promise<void>;
}

/** A story to its end, with a death on the way, or with one at each step; the steps that were told, and the books. */
export async function tellWithDeath(
  story: CrashStory,
  mortal: Mortal,
  dieAt?: Step | typeof EACH,
): Promise<{ readonly steps: ReadonlySet<string>; readonly books: Books }> {
  const shop = await openShop({ open: mortal.open });
  try {
    const customer = await story.prepare(shop);
    await mortal.listen(dieAt);
    let deaths = 0;
    const lives = async () => {
      await story.play(shop, customer).catch(async (error: unknown) => {
        if (!(await mortal.isDead())) throw error;
      });
      return !(await mortal.isDead());
    };
    while (!(await lives())) {
      deaths += 1;
      await mortal.revive();
    }
    if (dieAt && !deaths) throw new Error(`"${dieAt}" was not told: nothing died`);
    return { steps: mortal.told, books: await booksOf(shop) };
  } finally {
    await shop.close();
  }
}

/** A story to its end, with something that is done to the shop before; who is told that it failed tries again. */
export async function tell(
  story: CrashStory,
  disturb: (shop: Shop) => void,
  options: WorldOptions = {},
): Promise<{ readonly books: Books }> {
  const shop = await openShop(options);
  try {
    const customer = await story.prepare(shop);
    disturb(shop);
    await story.play(shop, customer).catch(() => story.play(shop, customer));
    return { books: await booksOf(shop) };
  } finally {
    await shop.close();
  }
}

const ofOutbox = <const O extends string>(operation: O) =>
  [`${operation} claimed`, `${operation} sent`, `${operation} answered`, `${operation} kept`] as const;

/** At the price that holds without a plan, too: a principal is believed for a second, so the first calls may not know of theirs yet. */
const SPENT_MICROS = 250_000_000;
const TRIES_MAX = 60;

interface Billing {
  readonly grants: readonly { readonly kind: string }[];
  readonly open: readonly {
    readonly invoice_id: string;
    readonly open_paise: number;
    readonly pay_url: string | null;
  }[];
}
const billing = (customer: Customer) => customer.api<Billing>("GET", "billing");
const invoices = async (customer: Customer) =>
  (await customer.api<{ data: { id: string; kind: string; status: string }[] }>("GET", "billing/invoices")).data;
const isPaid = async (customer: Customer, kind: string) =>
  (await invoices(customer)).some((invoice) => invoice.kind === kind && invoice.status === "paid");

/** Lets hours pass until it is so. */
async function until(shop: Shop, wanted: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await wanted()); tries++) {
    if (tries === TRIES_MAX) throw new Error("it never came to that");
    await shop.pass(6 * HOUR);
  }
}

/** To the end of the first month, in one leap, unless it is over: nothing is due on the way. */
async function monthEnds(shop: Shop): Promise<void> {
  const { data } = await shop.admin<{ data: { end_at: string }[] }>("GET", "cycles");
  const end = Math.min(...data.map(({ end_at }) => Date.parse(end_at)));
  if (shop.clock.now() < end) shop.clock.advance(32 * DAY);
  await shop.pass(0);
}

async function withMandate(shop: Shop, customer: Customer): Promise<void> {
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/mandate", {
    ...{ max_amount_paise: 1_500_000, method: "upi" },
  });
  await shop.account.person.pay(order_id, { method: "upi" });
  await shop.pass(0);
}

/** A customer of a free plan with overage, which is asked for by link. */
async function withOverage(shop: Shop, terms: Record<string, unknown> = {}): Promise<Customer> {
  const overage = { enabled: true, cap_micros: 5_000_000_000 };
  const default_plan_id = await shop.plan({ collection: "mandate", overage, ...terms });
  return shop.customer({ tenant: { default_plan_id } });
}

/** Asks until there is a link, and pays it. */
async function linkIsPaid(shop: Shop, customer: Customer): Promise<void> {
  await until(shop, async () => {
    if (await isPaid(customer, "overage")) return true;
    const url = (await billing(customer)).open[0]?.pay_url;
    const link = shop.account.books.links().find(({ id, status }) => url?.includes(id) && status === "created");
    if (link) await shop.account.person.payLink(link.id, { method: "card_domestic" });
    return false;
  });
  await shop.pass(DAY);
}

/** Buys credit, unless that is done or under way. */
async function toppedUp(shop: Shop, customer: Customer): Promise<void> {
  const bought = await customer.api<{ data: { order_id: string | null; status: string }[] }>("GET", "billing/topups");
  const paid = shop.account.books.payments().some(({ status }) => status === "captured");
  if (!paid) {
    const { order_id } =
      bought.data.find(({ order_id, status }) => order_id !== null && status === "created") ??
      (await customer.api<{ order_id: string }>("POST", "billing/topups", { credit_micros: 100_000_000 }));
    await shop.account.person.pay(order_id!, { method: "upi" });
  }
  await until(shop, async () => (await billing(customer)).grants.length > 0);
  await shop.pass(DAY);
}

export const CRASH_STORIES: readonly CrashStory[] = [
  {
    name: "a month is closed and debited",
    points: [
      ...(["cycle booked", "cycle billed", "cycle closed", "collection begun", "collection ordered"] as const),
      ...ofOutbox("order.create"),
      ...ofOutbox("payment.recurring"),
      ...(["collection submitted", "webhook kept", "webhook applied"] as const),
      ...(["payment written", "payment booked", "payment applied"] as const),
    ],
    async prepare(shop) {
      const overage = { enabled: true, cap_micros: 90_000_000_000 };
      const plan_id = await shop.plan({ price_paise: 50_000, collection: "mandate", overage });
      const customer = await shop.customer();
      await withMandate(shop, customer);
      await customer.api("POST", "billing/subscription", { plan_id });
      await customer.spend(SPENT_MICROS);
      shop.clock.advance(32 * DAY);
      return customer;
    },
    async play(shop, customer) {
      await until(shop, async () => (await invoices(customer)).some(({ status }) => status === "paid"));
      await shop.pass(DAY);
    },
  },
  {
    name: "a month is closed and asked for by link",
    points: [
      ...(["cycle billed", "collection begun", "collection sent", "link looked at", "payment booked"] as const),
      ...ofOutbox("payment_link.create"),
    ],
    async prepare(shop) {
      const customer = await withOverage(shop);
      await customer.spend(SPENT_MICROS);
      shop.clock.advance(32 * DAY);
      return customer;
    },
    play: linkIsPaid,
  },
  {
    name: "usage is billed before the month is over",
    points: ["early bill booked", "early bill cut", "early bill kept"],
    async prepare(shop) {
      const customer = await withOverage(shop, { early_bill_micros: SPENT_MICROS / 2 });
      await customer.spend(SPENT_MICROS);
      return customer;
    },
    async play(shop, customer) {
      await linkIsPaid(shop, customer);
      await monthEnds(shop);
    },
  },
  {
    name: "a link is taken back because its invoice was paid by bank transfer",
    points: ["collection withdrawn"],
    async prepare(shop) {
      const customer = await withOverage(shop);
      await customer.spend(SPENT_MICROS);
      await monthEnds(shop);
      await until(shop, async () => Boolean((await billing(customer)).open[0]?.pay_url));
      return customer;
    },
    async play(shop, customer) {
      const [open] = (await billing(customer)).open;
      if (open) {
        const paid = { amount_paise: open.open_paise, reference: "UTR 1" };
        await shop.admin("POST", `invoices/${open.invoice_id}/payments`, paid);
      }
      await shop.pass(DAY);
    },
  },
  {
    name: "credit is bought",
    points: [
      ...(["topup begun", "topup ordered", "topup credited"] as const),
      ...(["order.create answered", "webhook kept", "payment written", "payment applied"] as const),
    ],
    prepare: (shop) => shop.customer(),
    play: toppedUp,
  },
  {
    name: "credit that was not used is refunded",
    points: ["refund begun", ...ofOutbox("refund.create"), "refund booked", "refund applied"],
    async prepare(shop) {
      const customer = await shop.customer();
      await toppedUp(shop, customer);
      return customer;
    },
    async play(shop) {
      const [payment] = shop.account.books.payments();
      const known = await shop.admin<{ data: unknown[] }>("GET", "refunds");
      if (!known.data.length)
        await shop.admin("POST", "refunds", { payment_id: payment!.id, amount_paise: 5_900, reason: "not needed" });
      await shop.pass(DAY);
    },
  },
  {
    name: "the rupee that registered a mandate goes back by itself",
    points: ["payment booked", ...ofOutbox("refund.create"), "refund booked", "refund applied"],
    prepare: (shop) => shop.customer(),
    async play(shop, customer) {
      await confirmed(shop, customer);
      await until(shop, async () => shop.account.books.refunds().some(({ status }) => status === "processed"));
      await shop.pass(DAY);
    },
  },
  {
    name: "credit is low, and more of it is offered by link",
    points: ["proposal begun", ...ofOutbox("payment_link.create"), "proposal sent", "link looked at", "topup credited"],
    async prepare(shop) {
      const customer = await shop.customer();
      await customer.api("PUT", "billing/wallet", {
        auto_topup: { below_micros: 50_000_000, credit_micros: 200_000_000 },
      });
      return customer;
    },
    async play(shop, customer) {
      await until(shop, async () => {
        const link = shop.account.books.links().find(({ status }) => status === "created");
        if (link) await shop.account.person.payLink(link.id, { method: "upi" });
        return (await billing(customer)).grants.length > 0;
      });
      await shop.pass(DAY);
    },
  },
  {
    name: "credit comes again, and what is left of it lapses",
    points: ["credit repeated", "credit lapsed"],
    async prepare(shop) {
      const customer = await shop.customer();
      await shop.admin("POST", `tenants/${customer.id}/credits`, {
        ...{ amount_micros: 10_000_000, kind: "prepaid", reason: "as agreed" },
        repeats: { every: "month", lasts: "period", times: 2 },
      });
      return customer;
    },
    async play(shop) {
      for (let tries = 0; (await shop.standing("revenue.breakage")) !== -20_000_000; tries++) {
        if (tries === TRIES_MAX) throw new Error("it never lapsed");
        await shop.pass(3 * DAY);
      }
    },
  },
  {
    name: "a subscription and a mandate are signed up for",
    points: [
      ...ofOutbox("plan.create"),
      ...ofOutbox("subscription.create"),
      ...ofOutbox("customer.create"),
      ...(["subscription begun", "subscription placed", "subscription synced"] as const),
      ...(["mandate begun", "mandate ordered", "mandate changed", "order.create sent"] as const),
    ],
    async prepare(shop) {
      await shop.plan({ name: "Pro", price_paise: 50_000, included_micros: 900_000_000, collection: "subscription" });
      return shop.customer();
    },
    async play(shop, customer) {
      const { data } = await customer.api<{ data: { id: string }[] }>("GET", "plans");
      const { subscriptions } = shop.account.books;
      await until(shop, async () => {
        const known = await customer.try("GET", "billing/subscription");
        if (known.body.status === "active") return true;
        const asked =
          known.body.razorpay_subscription_id ??
          (await customer.try("POST", "billing/subscription", { plan_id: data[0]!.id })).body.razorpay_subscription_id;
        if (subscriptions().find(({ id }) => id === asked)?.status === "created")
          await shop.account.person.authenticate(asked as string, { method: "card_domestic" });
        return false;
      });
      await confirmed(shop, customer);
      await shop.pass(DAY);
    },
  },
];

/** Has a mandate confirmed, unless that is done. */
const confirmed = (shop: Shop, customer: Customer) =>
  until(shop, async () => {
    if (await isConfirmed(customer)) return true;
    const body = { max_amount_paise: 1_500_000, method: "upi" };
    const { order_id } = (await customer.try("POST", "billing/mandate", body)).body;
    if (order_id && !shop.account.books.tokens().length)
      await shop.account.person.pay(order_id as string, { method: "upi" });
    return false;
  });

async function isConfirmed(customer: Customer): Promise<boolean> {
  return (await customer.api<{ mandate: unknown }>("GET", "billing")).mandate !== null;
}
