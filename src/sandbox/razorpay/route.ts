import * as body from "./body.ts";
import { cycleEdge, istDate, type Period, settlementDay } from "./calendar.ts";
import type { Customer, Order, Payment, Plan, Subscription } from "./entities.ts";
import { onWire } from "./entities.ts";
import { cancelLink, createLink } from "./links.ts";
import { debit, setTokenStatus } from "./mandates.ts";
import { refund } from "./payments.ts";
import { Refused, unknownUrl } from "./refusal.ts";
import { found, type Shelf } from "./shelf.ts";
import { addAddon, cancel, expireUnauthenticated, pause, resume, update } from "./subscriptions.ts";

/** A call to the API as it is answered: the entity, or a Refused is thrown. */
export interface Call {
  readonly method: string;
  /** Without `/v1`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: body.Body;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

type Handler = (shelf: Shelf, call: Call, ...ids: string[]) => unknown;

const PERIODS = ["daily", "weekly", "monthly", "quarterly", "yearly"];
const FIELDS = {
  subscription: [
    ...["plan_id", "total_count", "quantity", "start_at", "expire_by", "customer_notify", "addons", "offer_id"],
    ...["notes", "notify_info"],
  ],
  order: [
    ...["amount", "currency", "receipt", "notes", "partial_payment", "payment_capture", "method", "customer_id"],
    ...["token", "notification", "offer_id"],
  ],
  recurring: [
    ...["email", "contact", "amount", "currency", "order_id", "customer_id", "token", "recurring"],
    ...["description", "notes"],
  ],
  link: [
    ...["amount", "currency", "accept_partial", "expire_by", "reference_id", "description", "customer", "notify"],
    ...["reminder_enable", "notes", "callback_url", "callback_method", "upi_link", "first_min_partial_amount"],
  ],
};

const createCustomer: Handler = (shelf, { body: fields }) => {
  body.expectFields(fields, ["name", "email", "contact", "gstin", "notes", "fail_existing"]);
  const [email, contact] = [body.optionalText(fields, "email"), body.optionalText(fields, "contact")];
  const known = [...shelf.customers.values()].find((one) => one.email === email && one.contact === contact);
  if (known && String(fields.fail_existing ?? "1") === "1")
    throw new Refused("Customer already exists for the merchant");
  if (known) return onWire(known);
  const customer: Customer = {
    ...{ id: shelf.newId("cust"), entity: "customer", name: body.optionalText(fields, "name"), email, contact },
    ...{ gstin: body.optionalText(fields, "gstin"), notes: body.notesOf(fields), created_at: shelf.now() },
  };
  shelf.customers.set(customer.id, customer);
  return onWire(customer);
};

const createPlan: Handler = (shelf, { body: fields }) => {
  body.expectFields(fields, ["period", "interval", "item", "notes"]);
  const period = body.text(fields, "period") as Period;
  const interval = body.whole(fields, "interval");
  if (!PERIODS.includes(period))
    throw new Refused("Not a valid period: it should be one of daily, weekly, monthly, yearly");
  if (interval < 1 || (period === "daily" && interval < 7))
    throw new Refused("Minimum interval for daily plan should be 7", { field: "interval" });
  const item = (fields.item ?? {}) as body.Body;
  const amount = body.amountOf(item);
  const now = shelf.now();
  const plan: Plan = {
    ...{ id: shelf.newId("plan"), entity: "plan", interval, period, notes: body.notesOf(fields), created_at: now },
    item: {
      ...{ id: shelf.newId("item"), active: true, name: body.text(item, "name") },
      ...{ description: body.optionalText(item, "description"), amount, unit_amount: amount },
      ...{ currency: body.currencyOf(item), type: "plan", tax_inclusive: false, hsn_code: null, sac_code: null },
      ...{ tax_rate: null, created_at: now, updated_at: now },
    },
  };
  shelf.plans.set(plan.id, plan);
  return onWire(plan);
};

const createSubscription: Handler = (shelf, { body: fields }) => {
  body.expectFields(fields, FIELDS.subscription);
  const plan = found(shelf.plans, body.text(fields, "plan_id"));
  const total_count = body.whole(fields, "total_count");
  if (total_count < 1) throw new Refused("The total count must be at least 1.", { field: "total_count" });
  const start_at = body.optionalWhole(fields, "start_at");
  if (start_at !== null && start_at <= shelf.now())
    throw new Refused("start_at cannot be lesser than the current time.");
  const expire_by = body.optionalWhole(fields, "expire_by");
  if (expire_by !== null && expire_by <= shelf.now())
    throw new Refused("expire_by cannot be lesser than the current time.");
  const id = shelf.newId("sub");
  const subscription: Subscription = {
    ...{ id, entity: "subscription", plan_id: plan.id, status: "created", current_start: null, current_end: null },
    ...{ ended_at: null, quantity: body.optionalWhole(fields, "quantity") ?? 1, notes: body.notesOf(fields) },
    ...{ charge_at: start_at, start_at, auth_attempts: 0, total_count, paid_count: 0, remaining_count: total_count },
    end_at: start_at && cycleEdge(start_at, plan.period, plan.interval, total_count - 1),
    ...{ customer_notify: Boolean(fields.customer_notify ?? true), created_at: shelf.now(), expire_by },
    ...{ short_url: `${shelf.base()}/i/${id}`, has_scheduled_changes: false, change_scheduled_at: null, source: "api" },
  };
  const addons = (Array.isArray(fields.addons) ? fields.addons : []) as { item: body.Body }[];
  shelf.subscriptions.set(id, subscription);
  shelf.schedules.set(id, {
    ...{ method: null, addons: [], cancelAtEnd: false, issued: 0, token_id: null, outcomes: [] },
    upfront: addons.map(({ item }) => ({ name: body.text(item, "name"), amount: body.amountOf(item) })),
  });
  expireUnauthenticated(shelf, subscription);
  return onWire(subscription);
};

const createOrder: Handler = (shelf, { body: fields }) => {
  body.expectFields(fields, FIELDS.order);
  const receipt = body.optionalText(fields, "receipt");
  if (receipt && receipt.length > 40)
    throw new Refused("The receipt may not be greater than 40 characters.", { field: "receipt" });
  if (receipt && shelf.knobs.uniqueReceipts && [...shelf.orders.values()].some((order) => order.receipt === receipt))
    throw new Refused("An order with the same receipt value has already been created");
  const amount = body.amountOf(fields);
  const token = fields.token as Order["token"] | undefined;
  const method = body.optionalText(fields, "method");
  if (token) {
    if (!fields.customer_id) throw new Refused("The customer id field is required.", { field: "customer_id" });
    const most = method === "upi" ? 9_999_900 : method === "card" ? 1_500_000 : 1_000_000_000;
    if (!(token.max_amount >= 100 && token.max_amount <= most))
      throw new Refused("The max amount is not within its bounds.", { field: "token.max_amount" });
    if (method === "upi" && amount > token.max_amount)
      throw new Refused("The order amount cannot be greater than the token max amount for upi recurring.");
  }
  const order: Order = {
    ...{ id: shelf.newId("order"), entity: "order", amount, amount_paid: 0, amount_due: amount },
    ...{ currency: body.currencyOf(fields), receipt, offer_id: null, status: "created", attempts: 0 },
    ...{ notes: body.notesOf(fields), created_at: shelf.now() },
    ...(method && { method }),
    ...(token && { token: { ...token, frequency: token.frequency ?? "monthly" } }),
    ...(fields.customer_id ? { customer_id: found(shelf.customers, body.text(fields, "customer_id")).id } : {}),
    ...(fields.notification ? { notification: fields.notification as Order["notification"] } : {}),
  };
  shelf.orders.set(order.id, order);
  return onWire(order);
};

const createRecurring: Handler = (shelf, { body: fields }) => {
  body.expectFields(fields, FIELDS.recurring);
  for (const name of ["email", "contact", "recurring"])
    if (!fields[name]) throw new Refused(`The ${name} field is required.`, { field: name });
  const payment = debit(shelf, {
    ...{ order_id: body.text(fields, "order_id"), token: body.text(fields, "token"), amount: body.amountOf(fields) },
    ...{ customer_id: body.text(fields, "customer_id"), notes: body.notesOf(fields) },
  });
  return { razorpay_payment_id: payment.id };
};

const createPaymentLink: Handler = (shelf, { body: fields }) => {
  body.expectFields(fields, FIELDS.link);
  const reference_id = body.optionalText(fields, "reference_id") ?? "";
  if (reference_id.length > 40)
    throw new Refused("The reference id may not be greater than 40 characters.", { field: "reference_id" });
  const expire_by = body.optionalWhole(fields, "expire_by") ?? 0;
  if (expire_by && expire_by < shelf.now() + 15 * 60)
    throw new Refused("expire_by should be at least 15 minutes after current time");
  const link = createLink(shelf, {
    ...{ amount: body.amountOf(fields), currency: body.currencyOf(fields), reference_id, expire_by },
    ...{ description: body.optionalText(fields, "description") ?? "", notes: body.notesOf(fields) },
    customer: (fields.customer ?? {}) as Record<string, unknown>,
    callback_url: body.optionalText(fields, "callback_url") ?? "",
  });
  return onWire(link);
};

const refunded = new WeakMap<Shelf, Map<string, { body: string; refund: unknown }>>();

/** The one call that Razorpay makes once for a key of its caller's. */
const createRefund: Handler = (shelf, { body: fields, headers }, id) => {
  body.expectFields(fields, ["amount", "speed", "notes", "receipt"]);
  const payment = found(shelf.payments, id!);
  const amount = fields.amount === undefined ? payment.amount - payment.amount_refunded : body.amountOf(fields);
  const key = headers["x-refund-idempotency"];
  const made = refunded.get(shelf) ?? new Map();
  refunded.set(shelf, made);
  if (typeof key === "string") {
    const known = made.get(key);
    const said = JSON.stringify([id, fields]);
    if (known && known.body !== said)
      throw new Refused("Different request with the same idempotency key has already been processed.", { status: 409 });
    if (known) return known.refund;
    const wire = onWire(
      refund(shelf, payment, { amount, notes: body.notesOf(fields), receipt: body.optionalText(fields, "receipt") }),
    );
    made.set(key, { body: said, refund: wire });
    return wire;
  }
  return onWire(
    refund(shelf, payment, { amount, notes: body.notesOf(fields), receipt: body.optionalText(fields, "receipt") }),
  );
};

const paymentWire = ({ captured_at: _, ...payment }: Payment) => onWire(payment);

/** A page of a list: newest first, without what is younger than its lag. */
function page<T extends { readonly created_at: number }>(
  shelf: Shelf,
  { query }: Call,
  all: Iterable<T>,
  present: (entity: T) => unknown = (entity) => onWire(entity as object),
) {
  const number = (name: string, otherwise: number) => (query.has(name) ? Number(query.get(name)) : otherwise);
  const [count, skip] = [number("count", 10), number("skip", 0)];
  if (count > 100) throw new Refused("The count may not be greater than 100.", { field: "count" });
  const [from, to] = [number("from", 0), number("to", Infinity)];
  const seen = [...all].filter(
    ({ created_at }) =>
      created_at >= from && created_at <= to && created_at <= shelf.now() - shelf.knobs.listLagSeconds,
  );
  const items = seen
    .reverse()
    .slice(skip, skip + count)
    .map(present);
  return { entity: "collection", count: items.length, items };
}

const byId =
  (map: "plans" | "subscriptions" | "orders" | "customers" | "refunds" | "disputes" | "links" | "invoices"): Handler =>
  (shelf, _call, id) =>
    onWire(found<object>(shelf[map], id!));

const matching = <T>(all: Iterable<T>, name: keyof T, value: string | null): T[] =>
  [...all].filter((entity) => value === null || entity[name] === value);

const recon: Handler = (shelf, { query }) => {
  const [year, month, day] = ["year", "month", "day"].map((name) => Number(query.get(name)));
  const settledOn = (at: number) => {
    const date = istDate(settlementDay(at));
    return date.year === year && date.month === month && (!day || date.day === day);
  };
  const items = [...shelf.payments.values()]
    .filter(({ captured_at }) => captured_at !== null && settledOn(captured_at))
    .map(({ id, amount, currency, fee, tax, captured_at, order_id, method, description }) => ({
      ...{ entity_id: id, type: "payment", debit: 0, credit: amount - (fee ?? 0), amount, currency, fee, tax },
      ...{ on_hold: false, settled: true, created_at: captured_at, settled_at: settlementDay(captured_at!) },
      ...{ settlement_id: `setl_${settlementDay(captured_at!)}`, order_id, method, description, payment_id: null },
    }));
  return { entity: "collection", count: items.length, items };
};

const ROUTES: readonly [method: string, path: RegExp, handler: Handler][] = [
  ["POST", /^\/customers$/, createCustomer],
  ["GET", /^\/customers\/([^/]+)$/, byId("customers")],
  [
    "GET",
    /^\/customers\/([^/]+)\/tokens$/,
    (shelf, call, id) => page(shelf, call, matching(shelf.tokens.values(), "customer_id", id!)),
  ],
  [
    "GET",
    /^\/customers\/([^/]+)\/tokens\/([^/]+)$/,
    (shelf, _call, customer, id) => onWire(tokenOf(shelf, customer!, id!)),
  ],
  [
    "PUT",
    /^\/customers\/([^/]+)\/tokens\/([^/]+)\/cancel$/,
    (shelf, _call, customer, id) => {
      setTokenStatus(shelf, tokenOf(shelf, customer!, id!), "cancelled");
      return { status: "cancelled" };
    },
  ],
  ["POST", /^\/plans$/, createPlan],
  ["GET", /^\/plans$/, (shelf, call) => page(shelf, call, shelf.plans.values())],
  ["GET", /^\/plans\/([^/]+)$/, byId("plans")],
  ["POST", /^\/subscriptions$/, createSubscription],
  [
    "GET",
    /^\/subscriptions$/,
    (shelf, call) => page(shelf, call, matching(shelf.subscriptions.values(), "plan_id", call.query.get("plan_id"))),
  ],
  ["GET", /^\/subscriptions\/([^/]+)$/, byId("subscriptions")],
  [
    "PATCH",
    /^\/subscriptions\/([^/]+)$/,
    (shelf, call, id) => {
      const subscription = found(shelf.subscriptions, id!);
      update(shelf, subscription, call.body);
      return onWire(subscription);
    },
  ],
  [
    "POST",
    /^\/subscriptions\/([^/]+)\/cancel$/,
    (shelf, call, id) => {
      const subscription = found(shelf.subscriptions, id!);
      cancel(shelf, subscription, { atEnd: Boolean(Number(call.body.cancel_at_cycle_end ?? 0)), by: "self" });
      return onWire(subscription);
    },
  ],
  [
    "POST",
    /^\/subscriptions\/([^/]+)\/pause$/,
    (shelf, _call, id) => {
      const subscription = found(shelf.subscriptions, id!);
      pause(shelf, subscription, "self");
      return onWire(subscription);
    },
  ],
  [
    "POST",
    /^\/subscriptions\/([^/]+)\/resume$/,
    (shelf, _call, id) => {
      const subscription = found(shelf.subscriptions, id!);
      resume(shelf, subscription, "self");
      return onWire(subscription);
    },
  ],
  [
    "POST",
    /^\/subscriptions\/([^/]+)\/addons$/,
    (shelf, call, id) => {
      const item = (call.body.item ?? {}) as body.Body;
      const quantity = body.optionalWhole(call.body, "quantity") ?? 1;
      const fields = { name: body.text(item, "name"), amount: body.amountOf(item), quantity };
      const addon = addAddon(shelf, found(shelf.subscriptions, id!), fields);
      return { entity: "addon", subscription_id: id, created_at: shelf.now(), ...addon };
    },
  ],
  [
    "GET",
    /^\/invoices$/,
    (shelf, call) =>
      page(shelf, call, matching(shelf.invoices.values(), "subscription_id", call.query.get("subscription_id"))),
  ],
  ["GET", /^\/invoices\/([^/]+)$/, byId("invoices")],
  ["POST", /^\/orders$/, createOrder],
  [
    "GET",
    /^\/orders$/,
    (shelf, call) => page(shelf, call, matching(shelf.orders.values(), "receipt", call.query.get("receipt"))),
  ],
  ["GET", /^\/orders\/([^/]+)$/, byId("orders")],
  [
    "GET",
    /^\/orders\/([^/]+)\/payments$/,
    (shelf, _call, id) => {
      const items = matching(shelf.payments.values(), "order_id", found(shelf.orders, id!).id).map(paymentWire);
      return { entity: "collection", count: items.length, items };
    },
  ],
  ["POST", /^\/payments\/create\/recurring$/, createRecurring],
  ["GET", /^\/payments$/, (shelf, call) => page(shelf, call, shelf.payments.values(), paymentWire)],
  ["GET", /^\/payments\/([^/]+)$/, (shelf, _call, id) => paymentWire(found(shelf.payments, id!))],
  ["POST", /^\/payments\/([^/]+)\/refund$/, createRefund],
  [
    "GET",
    /^\/payments\/([^/]+)\/refunds$/,
    (shelf, call, id) =>
      page(shelf, call, matching(shelf.refunds.values(), "payment_id", found(shelf.payments, id!).id)),
  ],
  ["GET", /^\/refunds$/, (shelf, call) => page(shelf, call, shelf.refunds.values())],
  ["GET", /^\/refunds\/([^/]+)$/, byId("refunds")],
  ["POST", /^\/payment_links$/, createPaymentLink],
  [
    "GET",
    /^\/payment_links$/,
    (shelf, call) => ({
      payment_links: page(shelf, call, matching(shelf.links.values(), "reference_id", call.query.get("reference_id")))
        .items,
    }),
  ],
  ["GET", /^\/payment_links\/([^/]+)$/, byId("links")],
  [
    "POST",
    /^\/payment_links\/([^/]+)\/cancel$/,
    (shelf, _call, id) => {
      const link = found(shelf.links, id!);
      cancelLink(shelf, link);
      return onWire(link);
    },
  ],
  ["GET", /^\/disputes$/, (shelf, call) => page(shelf, call, shelf.disputes.values())],
  ["GET", /^\/disputes\/([^/]+)$/, byId("disputes")],
  ["GET", /^\/settlements\/recon\/combined$/, recon],
];

function tokenOf(shelf: Shelf, customer_id: string, id: string) {
  const token = found(shelf.tokens, id);
  if (token.customer_id !== customer_id) throw new Refused("The id provided does not exist");
  return token;
}

export function route(shelf: Shelf, call: Call): unknown {
  for (const [method, path, handler] of ROUTES) {
    const match = method === call.method ? path.exec(call.path) : null;
    if (match) return handler(shelf, call, ...match.slice(1).map(decodeURIComponent));
  }
  throw unknownUrl();
}
