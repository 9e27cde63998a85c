import { findPlanVersion } from "../../catalog/store.ts";
import type { PlanTerms } from "../../db/schema/catalog.ts";
import { DAY, HOUR, iso } from "../../kernel/clock.ts";
import type { EventType } from "../../kernel/events.ts";
import { queueMail } from "../../outgoing/mails.ts";
import { reviewStanding } from "../cycles/in-force.ts";
import { findCycle, lockedCustomer } from "../cycles/store.ts";
import { isCollectable, openAmount } from "../invoices/settle.ts";
import { findInvoice, type InvoiceRow, listAllOpenInvoices, saveInvoice } from "../invoices/store.ts";
import { findProfile } from "../parties/store.ts";
import { type BillingParts, told } from "../parts.ts";
import { listCollections } from "./store.ts";

type Schedule = Pick<PlanTerms, "grace_days" | "reminder_days" | "final_notice_days">;
const DEFAULT: Schedule = { grace_days: 7, reminder_days: [0, 3, 6] };
const FINAL_NOTICE_DAYS = 1;
/** Nobody is suspended sooner than this after the last warning, however late that came: a debit that was under way puts it off. */
const WARNED_MS = 20 * HOUR;
const ROWS_MAX = 500;
/** A debit that is about to be, or is, decided by the bank. */
const UNDER_WAY: readonly string[] = ["claimed", "order_created", "submitted"];

type Step = "remind" | "final_notice" | "suspend";
export type DunningStep = Step | null;

/** The event that tells of each step. */
const TELLS: Readonly<Record<Step, EventType>> = {
  ...{ remind: "invoice.reminder", final_notice: "invoice.final_notice", suspend: "invoice.overdue" },
};

/**
 * What is due for an open invoice: the next reminder of its plan's schedule, the last warning, or the end of its patience. Days count from when it was
 * due.
 */
export function dunningStep(
  state: {
    readonly due_at: number;
    readonly dunning_stage: number;
    readonly final_notice_at: number | null;
    readonly suspended_at: number | null;
    readonly now: number;
  },
  { grace_days, reminder_days, final_notice_days = FINAL_NOTICE_DAYS }: Schedule,
): DunningStep {
  const { due_at, dunning_stage, final_notice_at, suspended_at, now } = state;
  if (suspended_at !== null) return null;
  const patient = due_at + grace_days * DAY;
  if (final_notice_days > 0 && final_notice_at === null) {
    if (now >= Math.max(due_at, patient - final_notice_days * DAY)) return "final_notice";
  } else if (now >= Math.max(patient, final_notice_at === null ? 0 : final_notice_at + WARNED_MS)) return "suspend";
  const passed = reminder_days.filter((day) => now >= due_at + day * DAY).length;
  return passed > dunning_stage ? "remind" : null;
}

/** Reminds those who owe, and suspends those who owe for too long. While a debit is under way nobody is reminded of what is being paid. */
export async function dunDue(parts: BillingParts): Promise<void> {
  const { db, log } = parts;
  for (let after = ""; ; ) {
    const open = await listAllOpenInvoices(db.read, after, ROWS_MAX);
    for (const invoice of open) {
      if (!isDunned(invoice) || !isCollectable(invoice)) continue;
      await dun(parts, invoice).catch((error: unknown) =>
        log.error({ err: error, invoice: invoice.id }, "dunning failed"),
      );
    }
    const last = open.at(-1);
    if (!last || open.length < ROWS_MAX) return;
    after = last.id;
  }
}

const isDunned = ({ kind }: InvoiceRow): boolean => kind !== "base" && kind !== "topup";

/** When service stops for an invoice that stays open; null where it has stopped already, or does not for one of its kind. */
export async function suspendsAt(parts: BillingParts, invoice: InvoiceRow): Promise<number | null> {
  if (!isDunned(invoice) || invoice.suspended_at !== null || invoice.reopened_at !== null) return null;
  return invoice.due_at + (await scheduleOf(parts, invoice)).grace_days * DAY;
}

async function dun(parts: BillingParts, seen: InvoiceRow): Promise<void> {
  const { db, clock, catalogs } = parts;
  const schedule = await scheduleOf(parts, seen);
  if (!dunningStep({ ...seen, now: clock.now() }, schedule)) return;
  const catalog = await catalogs.current();
  await db.transaction(async (tx) => {
    await lockedCustomer(tx, seen.customer_id);
    const invoice = await findInvoice(tx, seen.id, seen.tenant_id);
    if (!invoice || !isCollectable(invoice)) return;
    const now = clock.now();
    const collections = (await listCollections(tx, invoice.tenant_id, invoice.customer_id)).filter(
      ({ invoice_id }) => invoice_id === invoice.id,
    );
    if (collections.some(({ state, channel }) => channel === "debit" && UNDER_WAY.includes(state))) return;
    const step = dunningStep({ ...invoice, now }, schedule);
    if (!step) return;
    const link = collections.findLast(({ state }) => state === "sent")?.short_url ?? null;
    const stage = schedule.reminder_days.filter((day) => now >= invoice.due_at + day * DAY).length;
    await saveInvoice(tx, invoice.id, {
      ...(step === "suspend" ? { suspended_at: now } : { dunning_stage: stage }),
      ...(step === "final_notice" && { final_notice_at: now }),
    });
    const suspends_at = Math.max(
      invoice.due_at + schedule.grace_days * DAY,
      step === "final_notice" ? now + WARNED_MS : 0,
    );
    await told(tx, clock, {
      ...{ type: TELLS[step], tenant_id: invoice.tenant_id },
      dedupe: `invoice.${step} ${invoice.id} ${stage}`,
      data: {
        ...{ invoice_id: invoice.id, number: invoice.number, customer_id: invoice.customer_id, pay_url: link },
        ...{ open_paise: openAmount(invoice), currency: invoice.currency, suspends_at: iso(suspends_at) },
      },
    });
    const profile = await findProfile(tx, invoice.tenant_id, invoice.customer_id);
    if (profile) {
      const words = wordsOf(invoice, { step, link, suspends_at });
      await queueMail(
        tx,
        {
          ...{ source: `dunning:${invoice.id}:${step}:${stage}`, tenant_id: invoice.tenant_id },
          ...{ customer_id: invoice.customer_id, recipient: profile.email, ...words, invoice_id: invoice.id },
        },
        { wall: clock.wall(), now },
      );
    }
    await reviewStanding(tx, { clock, catalog }, invoice.tenant_id, invoice.customer_id);
  });
}

async function scheduleOf({ db }: BillingParts, { cycle_id }: InvoiceRow): Promise<Schedule> {
  const cycle = cycle_id === null ? undefined : await findCycle(db.read, cycle_id);
  const found = cycle && (await findPlanVersion(db.read, cycle.plan_version_id));
  return found?.version.terms ?? DEFAULT;
}

function wordsOf(
  invoice: InvoiceRow,
  { step, link, suspends_at }: { readonly step: Step; readonly link: string | null; readonly suspends_at: number },
): { readonly subject: string; readonly body: string } {
  const amount = new Intl.NumberFormat("en-IN", { style: "currency", currency: invoice.currency }).format(
    openAmount(invoice) / 100,
  );
  const day = new Intl.DateTimeFormat("en-IN", { dateStyle: "long", timeZone: "Asia/Kolkata" }).format(suspends_at);
  const pay = link ? `Pay it here: ${link}` : "You can pay it in the portal.";
  const number = invoice.number;
  const words: Readonly<Record<Step, readonly [string, string, string]>> = {
    remind: [
      `Invoice ${number}: ${amount} is open`,
      `Invoice ${number} of ${amount} is open.`,
      `Without payment, service is suspended on ${day}.`,
    ],
    final_notice: [
      `Last notice: service stops on ${day}, invoice ${number}`,
      `Invoice ${number} of ${amount} is still open. This is the last notice before service is suspended on ${day}.`,
      "Once it is paid, nothing changes.",
    ],
    suspend: [
      `Service suspended: invoice ${number}`,
      `Invoice ${number} of ${amount} is still open, so service is suspended.`,
      "Service goes on as soon as it is paid.",
    ],
  };
  const [subject, ...lines] = words[step];
  return { subject, body: `${lines.join(`\n\n${pay}\n\n`)}\n` };
}
