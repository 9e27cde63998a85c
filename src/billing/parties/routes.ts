import { Router } from "express";
import { recordAudit } from "../../db/audit.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { actorOf } from "../../http/actor.ts";
import { parse } from "../../http/parse.ts";
import { Problem } from "../../kernel/problems.ts";
import { findTenant } from "../../tenants/store.ts";
import { adminDoors, behind, customerDoor, type Door } from "../doors.ts";
import type { BillingParts } from "../parts.ts";
import { ProfileFields, presentProfile, presentSeller, SellerFields } from "./party.ts";
import {
  accountOf,
  findProfile,
  findSeller,
  listSellers,
  type ProfileRow,
  type SellerRow,
  saveProfile,
  saveSeller,
} from "./store.ts";

/** `/api/admin/sellers`: who supplies, one for each Razorpay account; the operator's, and those of tenants that have their own. */
export function sellerAdminRoutes({ db, clock }: BillingParts): Router {
  const router = Router();

  router.get("/sellers", async (_req, res) => {
    res.json({ data: (await listSellers(db.read)).map(presentSeller) });
  });

  router.put("/sellers/:account_id", async (req, res) => {
    const fields = parse(SellerFields, req.body);
    const account_id =
      req.params.account_id === "operator" ? "operator" : (await findTenant(db.read, req.params.account_id)).id;
    const saved = await db.transaction(async (tx) => {
      if (account_id !== "operator" && (await accountOf(tx, account_id)) === "operator") {
        throw new Problem("conflict", {
          message: "This tenant collects on the operator's account: give it a Razorpay account of its own first.",
        });
      }
      const before = await findSeller(tx, account_id);
      const now = clock.now();
      const row: SellerRow = {
        ...{ id: account_id as AccountId, tenant_id: account_id === "operator" ? null : account_id, ...fields },
        ...{ created_at: before?.created_at ?? now, updated_at: now },
      };
      await saveSeller(tx, row);
      await recordAudit(tx, {
        ...{ actor: actorOf(res), action: "seller.saved", tenant_id: row.tenant_id, subject_id: account_id },
        ...{ before: before ? presentSeller(before) : null, after: presentSeller(row), at: clock.wall() },
      });
      return row;
    });
    res.json(presentSeller(saved));
  });

  return router;
}

/** What a customer's invoices say of it, and whose State decides their tax. */
export const profileAdminRoutes = (parts: BillingParts): Router =>
  behind(Router(), adminDoors(parts), (router, door) =>
    profileActions(router, parts, door, `${door.prefix}/billing_profile`),
  );

export const profileRoutes = (parts: BillingParts): Router =>
  behind(Router(), [customerDoor(parts)], (router, door) =>
    profileActions(router, parts, door, `${door.prefix}/profile`),
  );

function profileActions(router: Router, { db, clock }: BillingParts, door: Door, path: string): void {
  router.get(path, async (req, res) => {
    const { tenant, customer } = await door.payer(req, res, "billing:read");
    const row = await findProfile(db.read, tenant.id, customer.id);
    if (!row) throw new Problem("not_found", { message: "There is no billing profile yet." });
    res.json(presentProfile(row));
  });

  router.put(path, async (req, res) => {
    const payer = await door.payer(req, res, "billing:write");
    const fields = parse(ProfileFields, req.body);
    const { tenant, customer } = payer;
    const row = await db.transaction(async (tx) => {
      const before = await findProfile(tx, tenant.id, customer.id);
      const now = clock.now();
      const row: ProfileRow = {
        ...{ customer_id: customer.id, tenant_id: tenant.id, ...fields },
        ...{ created_at: before?.created_at ?? now, updated_at: now },
      };
      await saveProfile(tx, row);
      await door.note(res, payer)?.(tx, "billing_profile.saved", {
        ...{ before: before ? presentProfile(before) : null, after: presentProfile(row) },
      });
      return row;
    });
    res.json(presentProfile(row));
  });
}
