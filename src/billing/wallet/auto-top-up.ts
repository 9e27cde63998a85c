import { iso, MINUTE, SECOND } from "../../kernel/clock.ts";
import { queueMail } from "../../outgoing/mails.ts";
import { findTenant } from "../../tenants/store.ts";
import { lockedCustomer } from "../cycles/store.ts";
import { profileOf } from "../parties/store.ts";
import { type BillingParts, told } from "../parts.ts";
import type { RazorpayPaymentLink } from "../razorpay/entities.ts";
import { isUnknownId, RazorpayRefusal } from "../razorpay/errors.ts";
import { createOnce } from "../razorpay/outbox.ts";
import { proposalDue, type Wallet } from "./settings.ts";
import {
  findSettings,
  findWallet,
  insertTopup,
  listUnlinked,
  liveProposal,
  lockedTopup,
  saveSettings,
  saveTopup,
  type TopupRow,
  type WalletRow,
  type WalletSettingsRow,
} from "./store.ts";
import { draftTopup } from "./top-up.ts";

const ROWS_MAX = 200;

/** Whether a dip is over that was answered by a proposal: the next one is answered anew. */
export const rearm = (settings: WalletSettingsRow | undefined, { left_micros }: Wallet): boolean =>
  settings !== undefined &&
  settings.auto_proposed_at !== null &&
  (settings.auto_below_micros === null || left_micros >= settings.auto_below_micros);

/** Credit is low, and its owner asked to be offered more: a top-up that is paid by link. Of a customer there is one that waits, and one in a dip. */
export async function proposeTopup(parts: BillingParts, { tenant_id, customer_id }: WalletRow): Promise<void> {
  const { db, clock } = parts;
  const chosen = (await findSettings(db.read, tenant_id, customer_id))?.auto_credit_micros ?? null;
  if (chosen === null) return;
  const tenant = await findTenant(db.read, tenant_id);
  const row = await db.transaction(async (tx) => {
    const customer = await lockedCustomer(tx, customer_id);
    const settings = await findSettings(tx, tenant_id, customer_id);
    const wallet = await findWallet(tx, tenant_id, customer_id, clock.now());
    const live = (await liveProposal(tx, tenant_id, customer_id)) !== undefined;
    if (!wallet || proposalDue(settings, wallet, { live }) !== "propose") return null;
    const drafted = await draftTopup(tx, clock, { tenant, customer }, { credit_micros: chosen, channel: "link" });
    await insertTopup(tx, drafted);
    await saveSettings(tx, { tenant_id, customer_id }, { auto_proposed_at: clock.now() }, clock.now());
    return drafted;
  });
  if (!row) return;
  parts.step?.("proposal begun");
  await sendProposal(parts, row);
}

/** Makes the links of proposals whose maker stopped. One that fails stops no other. */
export async function sendProposals(parts: BillingParts): Promise<void> {
  for (const row of await listUnlinked(parts.db.read, ROWS_MAX)) {
    await sendProposal(parts, row).catch((error: unknown) =>
      parts.log.warn({ err: error, topup: row.id }, "a top-up could not be proposed yet"),
    );
  }
}

async function sendProposal(parts: BillingParts, row: TopupRow): Promise<void> {
  const { db, clock } = parts;
  const { id, account_id, tenant_id, customer_id, currency, payable_paise } = row;
  const { name, email, contact } = await profileOf(db.read, tenant_id, customer_id);
  const link = await createOnce(parts, {
    ...{ key: `topup_link:${id}`, account_id, tenant_id, operation: "payment_link.create" },
    request: {
      ...{ amount: payable_paise, currency, reference_id: id, description: "Prepaid credit" },
      ...{ expire_by: Math.floor(row.expires_at / SECOND), customer: { name, email, contact } },
      notes: { tollgate: "1", tenant_id, customer_id, subject: id },
    },
    send: (razorpay, request) => razorpay.createPaymentLink(request),
    find: async (razorpay) => (await razorpay.listPaymentLinks({ reference_id: id }))[0] ?? null,
    resendAfterMs: MINUTE,
  });
  await db.transaction(async (tx) => {
    const current = await lockedTopup(tx, id);
    if (!current || current.link_id !== null) return;
    const now = clock.now();
    await saveTopup(tx, id, { link_id: link.id, short_url: link.short_url, updated_at: now });
    await told(tx, clock, {
      ...{ type: "wallet.topup_proposed", dedupe: `wallet.topup_proposed ${id}`, tenant_id },
      data: {
        ...{ topup_id: id, customer_id, credit_micros: row.credit_micros, payable_paise, currency },
        ...{ pay_url: link.short_url, expires_at: iso(row.expires_at) },
      },
    });
    const price = new Intl.NumberFormat("en-IN", { style: "currency", currency }).format(payable_paise / 100);
    await queueMail(
      tx,
      {
        ...{ source: `topup_proposed:${id}`, tenant_id, customer_id, recipient: email },
        subject: `Top up your prepaid credit: ${price}`,
        body: `Your prepaid credit is low. As you asked, here is your top-up of ${price}, tax included:\n\n${link.short_url}\n\nNothing is charged unless you pay it.\n`,
      },
      { wall: clock.wall(), now },
    );
  });
  parts.step?.("proposal sent");
}

/** Takes back a proposal that is no longer wanted, so that it cannot be paid by mistake. Paid in this very moment, it counts. */
export async function withdrawProposal(parts: BillingParts, row: TopupRow): Promise<void> {
  const { db, clock } = parts;
  const { link_id } = row;
  if (link_id === null) return;
  const razorpay = await parts.collectors.of(row.account_id);
  const link = await razorpay.cancelPaymentLink(link_id).catch((error: unknown) => {
    if (!(error instanceof RazorpayRefusal)) throw error;
    return isUnknownId(error) ? null : razorpay.fetchPaymentLink(link_id);
  });
  if (link?.status === "paid") return;
  await db.transaction((tx) => closeProposal(tx, clock.now(), row));
}

/** What became of a proposal's link. Its order is kept: by that its payment is found. */
export async function settleProposal(
  { db, clock }: Pick<BillingParts, "db" | "clock">,
  seen: TopupRow,
  link: RazorpayPaymentLink,
): Promise<void> {
  await db.transaction(async (tx) => {
    const row = await lockedTopup(tx, seen.id);
    if (!row) return;
    if (link.order_id !== null && row.order_id === null) await saveTopup(tx, row.id, { order_id: link.order_id });
    if (link.status === "cancelled" || link.status === "expired") await closeProposal(tx, clock.now(), row);
  });
}

async function closeProposal(tx: Parameters<typeof lockedTopup>[0], now: number, { id }: TopupRow): Promise<void> {
  const row = await lockedTopup(tx, id);
  if (row?.state === "created") await saveTopup(tx, id, { state: "expired", updated_at: now });
}
