import type { Tx } from "../../db/database.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { DAY, MINUTE, SECOND } from "../../kernel/clock.ts";
import { type MandateId, newId } from "../../kernel/id.ts";
import { type Paise, paise } from "../../kernel/money.ts";
import { Problem } from "../../kernel/problems.ts";
import { reviewStanding } from "../cycles/in-force.ts";
import { listSubscriptions, lockedCustomer, type MandateRow } from "../cycles/store.ts";
import { intended, type Note } from "../note.ts";
import { razorpayCustomerOf } from "../parties/razorpay-customer.ts";
import { accountOf, profileOf } from "../parties/store.ts";
import type { BillingParts } from "../parts.ts";
import { assertMayBuy, type Payer } from "../payer.ts";
import type { RazorpayPayment, RazorpayToken } from "../razorpay/entities.ts";
import type { Applied } from "../razorpay/inbox.ts";
import { createOnce } from "../razorpay/outbox.ts";
import { saveSubscription } from "../subscriptions/store.ts";
import { type MandateMethod, METHODS } from "./methods.ts";
import { findMandateById, findMandateByToken, insertMandate, listMandates, saveMandate } from "./store.ts";

const YEARS_MS = 10 * 365 * DAY;
/** The least that a registration can be paid with; it is given back. An eMandate is registered without a charge. */
const REGISTRATION_PAISE: Readonly<Record<MandateMethod, number>> = { upi: 100, card: 100, emandate: 0 };
const RESEND_MS = 15 * MINUTE;
const ENDED: ReadonlySet<MandateRow["status"]> = new Set(["rejected", "cancelled", "expired"]);
/** Begun in a day and not approved. Each is an order at Razorpay that is looked at again and again: nobody needs many at once. */
const WAITING_MAX = 10;

export interface MandateAsked {
  readonly max_amount_paise: Paise;
  readonly method: MandateMethod;
}

/** Sets out to register a mandate: the order that Checkout is opened with. `as_presented`, so that one month can see several debits. */
export async function registerMandate(
  parts: BillingParts,
  payer: Payer,
  asked: MandateAsked,
  note: Note | null,
): Promise<MandateRow> {
  const { db, clock } = parts;
  const { tenant, customer } = payer;
  assertMayBuy(payer);
  if (customer.currency !== "INR")
    throw new Problem("conflict", { message: "Mandates exist for customers who pay in INR only." });
  const most = METHODS[asked.method].mandate_max_paise;
  if (asked.max_amount_paise > most)
    throw new Problem("invalid_request", { message: `max_amount_paise: at most ${most} by ${asked.method}` });
  const account_id = await accountOf(db.read, tenant.id);
  await parts.collectors.of(account_id);
  const profile = await profileOf(db.read, tenant.id, customer.id);
  const razorpay_customer_id = await razorpayCustomerOf(parts, account_id, profile);
  const now = clock.now();
  const row: MandateRow = {
    ...{ id: newId("mandate", clock.wall()), tenant_id: tenant.id, customer_id: customer.id, account_id },
    ...{ method: asked.method, status: "created", razorpay_customer_id, order_id: null, token_id: null },
    ...{ max_amount_paise: asked.max_amount_paise, expires_at: now + YEARS_MS, created_at: now, updated_at: now },
  };
  await db.transaction(async (tx) => {
    await lockedCustomer(tx, customer.id);
    const waiting = (await listMandates(tx, tenant.id, customer.id)).filter(
      ({ status, created_at }) => status === "created" && created_at > now - DAY,
    );
    if (waiting.length >= WAITING_MAX)
      throw new Problem("conflict", {
        message: `${WAITING_MAX} mandates of the last day wait to be approved (GET mandate): approve one of them, or cancel what is not wanted.`,
      });
    await insertMandate(tx, row);
    await note?.(tx, "mandate.created", { after: mandateFacts(row) });
  });
  parts.step?.("mandate begun");
  const order = await createOnce(parts, {
    ...{ key: `mandate:${row.id}`, account_id, tenant_id: tenant.id, operation: "order.create" },
    request: {
      ...{
        amount: REGISTRATION_PAISE[asked.method],
        currency: "INR",
        customer_id: razorpay_customer_id,
        method: asked.method,
      },
      ...{ receipt: row.id, payment_capture: true },
      token: {
        ...{ max_amount: asked.max_amount_paise, expire_at: Math.floor((now + YEARS_MS) / SECOND) },
        frequency: "as_presented",
      },
      notes: { tollgate: "1", tenant_id: tenant.id, customer_id: customer.id, subject: row.id },
    },
    send: (razorpay, request) => razorpay.createOrder(request),
    find: async (razorpay) => (await razorpay.listOrders({ receipt: row.id }))[0] ?? null,
    resendAfterMs: RESEND_MS,
  });
  const ordered = await db.transaction((tx) => saveMandate(tx, row.id, { order_id: order.id }));
  parts.step?.("mandate ordered");
  return ordered;
}

/** A mandate as the audit log shows it. */
export const mandateFacts = ({ id, method, status, token_id, max_amount_paise }: MandateRow) => ({
  ...{ id, method, status, token_id, max_amount_paise },
});

/** Ends what a customer has of mandates, those that wait to be approved among them. */
export async function cancelMandates(parts: BillingParts, payer: Payer, note: Note | null): Promise<void> {
  const rows = await listMandates(parts.db.read, payer.tenant.id, payer.customer.id);
  const ids = rows.filter(({ status }) => !ENDED.has(status)).map(({ id }) => id);
  if (ids.length === 0) throw new Problem("not_found", { message: "There is no mandate to end." });
  for (const id of ids) await cancelMandate(parts, payer, id, note);
}

/** Ends a mandate, here and at Razorpay. */
export async function cancelMandate(
  parts: BillingParts,
  payer: Payer,
  id: MandateId,
  note: Note | null,
): Promise<void> {
  const rows = await listMandates(parts.db.read, payer.tenant.id, payer.customer.id);
  const row = rows.find((one) => one.id === id);
  if (!row) throw new Problem("not_found", { message: "There is no such mandate." });
  if (row.status === "cancelled") return changed(parts, row, { status: "cancelled" });
  const before = mandateFacts(row);
  const noted = ["mandate.cancelled", { before, after: { ...before, status: "cancelled" } }] as const;
  const { token_id } = row;
  if (token_id === null) return changed(parts, row, { status: "cancelled" }, (tx) => note?.(tx, ...noted));
  const razorpay = await parts.collectors.of(row.account_id);
  await intended(parts, note, noted, () => razorpay.cancelToken(row.razorpay_customer_id, token_id));
  await changed(parts, row, { status: "cancelled" });
}

/**
 * Which token a mandate became is told by the payment of its order alone: a token's own events do not say whose it is, and one customer at Razorpay may be
 * several here, or have begun several mandates.
 */
export async function registered(
  parts: BillingParts,
  { id, account_id, customer_id }: MandateRow,
  { token_id, status, error_reason }: Pick<RazorpayPayment, "token_id" | "status" | "error_reason">,
): Promise<void> {
  if (token_id === null || (status === "failed" && error_reason !== "upi_dummy_payment")) return;
  const taken = await parts.db.transaction(async (tx) => {
    await lockedCustomer(tx, customer_id);
    const row = await findMandateById(tx, id);
    if (row?.status !== "created" && row?.status !== "rejected") return false;
    await saveMandate(tx, id, { token_id });
    return true;
  });
  if (taken) await applyToken(parts, account_id, token_id);
}

/** Makes our mandate agree with the token as Razorpay has it: the bank may have allowed less than was asked for. */
export async function applyToken(parts: BillingParts, account_id: AccountId, id: string): Promise<Applied> {
  const row = await findMandateByToken(parts.db.read, account_id, id);
  if (!row) return "foreign";
  const razorpay = await parts.collectors.of(account_id);
  await changed(parts, row, mirroredToken(await razorpay.fetchToken(row.razorpay_customer_id, id)));
  return "applied";
}

const STATUS: Readonly<Record<string, MandateRow["status"]>> = {
  ...{ initiated: "created", confirmed: "confirmed", rejected: "rejected", cancelled: "cancelled", paused: "paused" },
};

export const mirroredToken = ({
  id,
  max_amount,
  expired_at,
  recurring_details,
}: RazorpayToken): Partial<MandateRow> => ({
  token_id: id,
  status: STATUS[recurring_details?.status ?? "initiated"] ?? "created",
  ...(max_amount > 0 && { max_amount_paise: paise(max_amount) }),
  ...(expired_at !== null && { expires_at: expired_at }),
});

/** Saves a mandate and what follows from it: how much may be owed, and a subscription that waited for it. */
export async function changed(
  { db, clock, catalogs, step }: BillingParts,
  row: MandateRow,
  change: Partial<MandateRow>,
  note: (tx: Tx) => Promise<void> | undefined = () => undefined,
): Promise<void> {
  const catalog = await catalogs.current();
  await db.transaction(async (tx) => {
    await lockedCustomer(tx, row.customer_id);
    const now = clock.now();
    const after = await saveMandate(tx, row.id, { ...change, updated_at: now });
    await note(tx);
    if (after.status === "confirmed") {
      const waiting = (await listSubscriptions(tx, row.tenant_id, row.customer_id)).find(
        ({ collection, status }) => collection === "mandate" && status === "created",
      );
      if (waiting) {
        const at = { cause: "mandate", at: now, wall: clock.wall() };
        const start_at = waiting.start_at ?? now;
        await saveSubscription(tx, waiting, { status: start_at > now ? "authenticated" : "active", start_at }, at);
      }
    }
    await reviewStanding(tx, { clock, catalog }, row.tenant_id, row.customer_id);
  });
  step?.("mandate changed");
}
