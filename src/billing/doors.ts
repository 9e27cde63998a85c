import type { Request, Response, Router } from "express";
import { type AuditEntry, recordAudit } from "../db/audit.ts";
import type { Tx } from "../db/database.ts";
import { principalOf, requireRoute, type Scope } from "../http/principal.ts";
import { BOOTSTRAP_ADMIN } from "../tenants/admin.ts";
import type { BillingParts } from "./parts.ts";
import { type Payer, payerAsking, payerNamed } from "./payer.ts";

/**
 * What can be done for a paying customer is done through one of three doors: the administrator names a tenant or a user, or whoever pays
 * asks for itself. Behind them it is the same.
 */
export interface Door {
  readonly prefix: string;
  readonly by: "admin" | "customer";
  payer(req: Request, res: Response, scope: Scope): Promise<Payer>;
  /** Writes down what an administrator changes, in the transaction that does; what customers do is in the books themselves. */
  record(tx: Tx, payer: Payer, action: string, change: Pick<AuditEntry, "before" | "after">): Promise<void>;
  /** The same of what is done at Razorpay, and therefore in no one transaction: when it was done. */
  audit(req: Request, payer: Payer, action: string, after: unknown): Promise<void>;
}

export function adminDoors(parts: BillingParts): readonly Door[] {
  const record: Door["record"] = (tx, { tenant, customer }, action, change) =>
    recordAudit(tx, {
      ...{ actor: BOOTSTRAP_ADMIN, action, tenant_id: tenant.id, subject_id: customer.id, ...change },
      at: parts.clock.wall(),
    });
  return (["tenants", "users"] as const).map((kind) => ({
    prefix: `/${kind}/:id`,
    by: "admin",
    payer: (req) => payerNamed(parts, String(req.params.id), kind === "users"),
    record,
    audit: (_req, payer, action, after) => parts.db.transaction((tx) => record(tx, payer, action, { after })),
  }));
}

export const customerDoor = (parts: BillingParts): Door => ({
  prefix: "/billing",
  by: "customer",
  async payer(req, res, scope) {
    const principal = principalOf(res);
    requireRoute(principal, req.baseUrl + req.path);
    return payerAsking(parts, principal, scope);
  },
  record: async () => {},
  audit: async () => {},
});

/** A router with the same routes behind each door. */
export function behind(router: Router, doors: readonly Door[], routes: (router: Router, door: Door) => void): Router {
  for (const door of doors) routes(router, door);
  return router;
}
