import type { Request, Response, Router } from "express";
import { recordAudit } from "../db/audit.ts";
import { actorOf } from "../http/actor.ts";
import { principalOf, requireRoute, type Scope } from "../http/principal.ts";
import type { Note } from "./note.ts";
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
  /** How what is done for this payer gets into the audit log. */
  note(res: Response, payer: Payer): Note | null;
}

export function adminDoors(parts: BillingParts): readonly Door[] {
  return (["tenants", "users"] as const).map((kind) => ({
    prefix: `/${kind}/:id`,
    by: "admin",
    payer: (req) => payerNamed(parts, String(req.params.id), kind === "users"),
    note(res, { tenant, customer }) {
      const of = { actor: actorOf(res), tenant_id: tenant.id, subject_id: customer.id };
      return (tx, action, change) => recordAudit(tx, { ...of, action, ...change, at: parts.clock.wall() });
    },
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
  note: () => null,
});

/** A router with the same routes behind each door. */
export function behind(router: Router, doors: readonly Door[], routes: (router: Router, door: Door) => void): Router {
  for (const door of doors) routes(router, door);
  return router;
}
