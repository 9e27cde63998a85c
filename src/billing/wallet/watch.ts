import type { Tx } from "../../db/database.ts";
import { queueMail } from "../../outgoing/mails.ts";
import { lockedCustomer } from "../cycles/store.ts";
import { findProfile } from "../parties/store.ts";
import { type BillingParts, told } from "../parts.ts";
import { proposeTopup, rearm, withdrawProposal } from "./auto-top-up.ts";
import { lowAt, proposalDue, walletChange } from "./settings.ts";
import { findSettings, findWallet, listWallets, liveProposal, saveSettings, type WalletRow } from "./store.ts";

const ROWS_MAX = 500;

/** Looks at all prepaid credit: who has little left is told once, and offered more where that was asked for. */
export async function watchWallets(parts: BillingParts): Promise<void> {
  const { db, clock, log } = parts;
  for (let after = ""; ; ) {
    const rows = await listWallets(db.read, clock.now(), after, ROWS_MAX);
    for (const row of rows) {
      try {
        await watchWallet(parts, row);
      } catch (error) {
        log.warn({ err: error, customer: row.customer_id }, "a wallet could not be looked at");
      }
    }
    const last = rows.at(-1);
    if (!last || rows.length < ROWS_MAX) return;
    after = last.customer_id;
  }
}

async function watchWallet(parts: BillingParts, seen: WalletRow): Promise<void> {
  const { db } = parts;
  const { settings, live } = seen;
  if (walletChange(settings, seen) !== null) await db.transaction((tx) => tellChange(tx, parts, seen));
  const due = proposalDue(settings, seen, { live });
  if (due === "propose") await proposeTopup(parts, seen);
  if (due === "withdraw") {
    const row = await liveProposal(db.read, seen.tenant_id, seen.customer_id);
    if (row) await withdrawProposal(parts, row);
  }
  const now = parts.clock.now();
  if (rearm(settings, seen)) await db.transaction((tx) => saveSettings(tx, seen, { auto_proposed_at: null }, now));
}

/** Below the threshold: an event and a mail, once until it is above again. */
async function tellChange(tx: Tx, { clock }: BillingParts, seen: WalletRow): Promise<void> {
  const { tenant_id, customer_id } = seen;
  await lockedCustomer(tx, customer_id);
  const now = clock.now();
  const settings = await findSettings(tx, tenant_id, customer_id);
  const wallet = await findWallet(tx, tenant_id, customer_id, now);
  const change = wallet && walletChange(settings, wallet);
  if (!wallet || !change) return;
  await saveSettings(tx, seen, { low_since: change === "low" ? now : null }, now);
  if (change === "high") return;
  const { currency, left_micros } = wallet;
  await told(tx, clock, {
    ...{ type: "wallet.low", dedupe: `wallet.low ${customer_id} ${now}`, tenant_id },
    data: { customer_id, left_micros, threshold_micros: lowAt(settings, wallet), currency },
  });
  const profile = await findProfile(tx, tenant_id, customer_id);
  if (!profile) return;
  const amount = new Intl.NumberFormat("en-IN", { style: "currency", currency }).format(left_micros / 1_000_000);
  await queueMail(
    tx,
    {
      ...{ source: `wallet.low:${customer_id}:${now}`, tenant_id, customer_id, recipient: profile.email },
      subject: `Prepaid credit is low: ${amount} left`,
      body: `${amount} of prepaid credit is left.\n\nYou can top up in the portal. Without credit, calls are refused.\n`,
    },
    { wall: clock.wall(), now },
  );
}
