import { z } from "zod";
import { offeredPricing, publicTerms } from "../../catalog/described.ts";
import { Anything, At, AtOrNull, Id, IdOrNull, MicrosTold, named, PaiseTold, pageTold } from "../../http/operation.ts";
import { MandateMethodTold } from "../collection/described.ts";
import { adminDoorsDescribed, customerDoorDescribed } from "../described-doors.ts";
import { InvoiceKind } from "../invoices/described.ts";
import { CycleQuery } from "./routes.ts";

const Cycle = named(
  "Cycle",
  z.object({
    ...{ id: Id, tenant_id: Id, customer_id: Id, account_id: Id, subscription_id: IdOrNull, plan_id: Id },
    ...{ plan_version_id: Id, currency: z.string(), start_at: At, end_at: At },
    ...{ state: z.enum(["open", "ended", "closed"]), trial: z.boolean() },
    ...{ rate_micros: MicrosTold.nullable(), rate_source: z.string().nullable(), rate_valid_from: AtOrNull },
    ...{ included_grant_id: IdOrNull, overage_grant_id: IdOrNull, billed_micros: MicrosTold, early_bills: z.int() },
    totals: Anything.nullable().describe("Frozen when it is closed."),
    ...{ overage_invoice_id: IdOrNull, base_invoice_id: IdOrNull, closed_at: AtOrNull },
  }),
  "One billing period of a customer.",
);

const GrantKind = z.enum(["included", "prepaid", "promotional", "overage"]);
export const StandingTold = z.enum(["ok", "unsubscribed", "halted", "suspended"]);
const Billing = named(
  "Billing",
  z.object({
    ...{ customer_id: Id, currency: z.string(), standing: StandingTold },
    plan: z
      .object({ id: Id, name: z.string().nullable(), version: z.int(), ...publicTerms, ...offeredPricing })
      .nullable(),
    cycle: z.object({ id: IdOrNull, start: At, end: AtOrNull }).nullable(),
    grants: z.array(
      z.object({
        ...{ id: Id, kind: GrantKind, amount_micros: MicrosTold, used_micros: MicrosTold },
        ...{ held_micros: MicrosTold, expires_at: AtOrNull },
      }),
    ),
    mandate: z.object({ id: Id, method: MandateMethodTold, max_amount_paise: PaiseTold }).nullable(),
    open: z.array(
      z.object({
        ...{ invoice_id: Id, number: z.string(), kind: InvoiceKind, open_paise: PaiseTold, due_at: At },
        ...{ suspends_at: AtOrNull, pay_url: z.string().nullable(), debiting: z.boolean() },
      }),
    ),
  }),
  "How a customer stands: its plan, its cycle, its grants, its mandate, and what is open.",
);

const show = { summary: "Show how a customer stands", answers: { 200: Billing } };
export const cycleAdminDescribed = adminDoorsDescribed(
  "Customers",
  { "GET /billing": show },
  { "GET /cycles": { summary: "List cycles", query: CycleQuery, answers: { 200: pageTold(Cycle) } } },
);
export const billingDescribed = customerDoorDescribed({ "GET /": { ...show, problems: ["user_required"] } });
