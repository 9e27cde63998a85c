import { Router } from "express";
import { z } from "zod";
import type { Reader } from "../../db/database.ts";
import { parse } from "../../http/parse.ts";
import { type Clock, iso } from "../../kernel/clock.ts";
import { micros } from "../../kernel/money.ts";
import { adminDoors, behind, customerDoor, type Door } from "../doors.ts";
import { accountOf, profileOf } from "../parties/store.ts";
import type { BillingParts } from "../parts.ts";
import type { Payer } from "../payer.ts";
import { lowAt, type Wallet } from "./settings.ts";
import { findSettings, findWallet, liveProposal, saveSettings } from "./store.ts";
import { CREDIT_MAX, Credit } from "./top-up.ts";

const Amount = z.int().min(0).max(CREDIT_MAX).transform(micros);
export const Chosen = z.strictObject({
  low_micros: Amount.nullable().default(null),
  auto_topup: z
    .strictObject({ below_micros: Amount.refine((value) => value > 0, "must be more than 0"), credit_micros: Credit })
    .nullable()
    .default(null),
});
export const ByAdmin = Chosen.extend({ credit_days: z.int().min(1).max(3_650).nullable().default(null) });

/** One's own prepaid credit: when it counts as low, and whether more is then proposed by link. */
export const walletSettingsRoutes = (parts: BillingParts): Router =>
  behind(Router(), [customerDoor(parts)], (router, door) => actions(router, parts, door));

/** The same for an administrator, who also says how long bought credit lasts. */
export const walletSettingsAdminRoutes = (parts: BillingParts): Router =>
  behind(Router(), adminDoors(parts), (router, door) => actions(router, parts, door));

function actions(router: Router, parts: BillingParts, door: Door): void {
  const { db, clock } = parts;
  const path = `${door.prefix}/wallet`;

  router.get(path, async (req, res) => {
    res.json(await present(db.read, clock, await door.payer(req, res, "billing:read")));
  });

  router.put(path, async (req, res) => {
    const { low_micros, auto_topup, ...terms } = parse(door.by === "admin" ? ByAdmin : Chosen, req.body);
    const payer = await door.payer(req, res, "billing:write");
    const of = { tenant_id: payer.tenant.id, customer_id: payer.customer.id };
    if (auto_topup) {
      // What cannot be sold is not to be proposed later on.
      await parts.collectors.of(await accountOf(db.read, of.tenant_id));
      await profileOf(db.read, of.tenant_id, of.customer_id);
    }
    const change = {
      ...{ low_micros, ...terms, auto_below_micros: auto_topup?.below_micros ?? null },
      auto_credit_micros: auto_topup?.credit_micros ?? null,
      ...(auto_topup && { auto_proposed_at: null }),
    };
    const after = await db.transaction(async (tx) => {
      const before = await present(tx, clock, payer);
      await saveSettings(tx, of, change, clock.now());
      const after = await present(tx, clock, payer);
      await door.note(res, payer)?.(tx, "wallet.changed", { before, after });
      return after;
    });
    res.json(after);
  });
}

async function present(read: Reader, clock: Clock, { tenant, customer }: Payer) {
  const settings = await findSettings(read, tenant.id, customer.id);
  const none: Wallet = { left_micros: micros(0), largest_micros: micros(0) };
  const wallet = (await findWallet(read, tenant.id, customer.id, clock.now())) ?? none;
  const proposal = await liveProposal(read, tenant.id, customer.id);
  const below_micros = settings?.auto_below_micros ?? null;
  return {
    ...{ customer_id: customer.id, currency: customer.currency, left_micros: wallet.left_micros },
    ...{ low_micros: settings?.low_micros ?? null, low_at_micros: lowAt(settings, wallet) },
    auto_topup: below_micros === null ? null : { below_micros, credit_micros: settings?.auto_credit_micros ?? null },
    credit_days: settings?.credit_days ?? null,
    proposal: proposal
      ? {
          ...{ topup_id: proposal.id, credit_micros: proposal.credit_micros, payable_paise: proposal.payable_paise },
          ...{ pay_url: proposal.short_url, expires_at: iso(proposal.expires_at) },
        }
      : null,
  };
}
