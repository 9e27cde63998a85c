import { adoptableMandate, adoptMandate } from "../billing/collection/adopt.ts";
import { listSubscriptions, lockedCustomer } from "../billing/cycles/store.ts";
import type { Note } from "../billing/note.ts";
import { presentProfile } from "../billing/parties/party.ts";
import { findProfile, type ProfileRow, saveProfile } from "../billing/parties/store.ts";
import type { Payer } from "../billing/payer.ts";
import { adoptable, adoptSubscription } from "../billing/subscriptions/adopt.ts";
import { standingOf } from "../billing/subscriptions/current.ts";
import { offerOf } from "../billing/subscriptions/offer.ts";
import { signUp } from "../billing/subscriptions/sign-up.ts";
import { giveCredit } from "../billing/wallet/credit.ts";
import { recordAudit } from "../db/audit.ts";
import { Problem } from "../kernel/problems.ts";
import type { ImportParts } from "./customers.ts";
import type { CustomerLine } from "./line.ts";
import { findGrantOf, findPlanId } from "./store.ts";

/** One thing that a line asks for. */
export interface Step {
  /** In words; null where it is so already. Throws a Problem where it cannot be done. Changes nothing. */
  look(parts: ImportParts, payer: Payer, line: CustomerLine): Promise<string | null>;
  /** Does it, as the routes do it. Only where `look` had something to say. */
  act(parts: ImportParts, payer: Payer, line: CustomerLine): Promise<void>;
}

/** How what is done for this payer gets into the audit log: in the transaction that does it. */
const noteOf = ({ actor, clock }: ImportParts, { tenant, customer }: Payer): Note => {
  const of = { actor, tenant_id: tenant.id, subject_id: customer.id };
  return (tx, action, change) => recordAudit(tx, { ...of, action, ...change, at: clock.wall() });
};

/** The billing profile, where there is none: what the customer has changed since stays as it is. */
const profile: Step = {
  async look({ db }, { tenant, customer }, line) {
    if (!line.profile || (await findProfile(db.read, tenant.id, customer.id))) return null;
    return "set the billing profile";
  },
  async act(parts, payer, line) {
    if (!line.profile) return;
    const { tenant, customer } = payer;
    const now = parts.clock.now();
    const of = { customer_id: customer.id, tenant_id: tenant.id, created_at: now, updated_at: now };
    const row: ProfileRow = { ...of, ...line.profile };
    await parts.db.transaction(async (tx) => {
      await saveProfile(tx, row);
      await noteOf(parts, payer)(tx, "billing_profile.saved", { after: presentProfile(row) });
    });
  },
};

const balanceSource = ({ customer }: Payer): string => `import:${customer.id}`;

/** The balance brought along from elsewhere, where its tax was paid: prepaid credit, given once to a customer. */
const balance: Step = {
  async look({ db }, payer, line) {
    if (!line.balance) return null;
    const given = await findGrantOf(db.read, payer.tenant.id, balanceSource(payer));
    const amount = `${line.balance / 1_000_000} ${line.currency}`;
    if (!given) return `give the balance of ${amount}`;
    if (given.amount === line.balance) return null;
    throw new Problem("conflict", {
      message: `balance: ${given.amount / 1_000_000} ${line.currency} was imported before, and now it says ${amount}: give the difference with POST credits`,
    });
  },
  async act(parts, payer, line) {
    if (!line.balance) return;
    const { tenant, customer } = payer;
    const given = {
      ...({ tenant, customer_id: customer.id, kind: "prepaid", amount_micros: line.balance } as const),
      ...{ reason: "balance from before", expires_at: null, source: balanceSource(payer) },
    };
    await parts.db.transaction(async (tx) => {
      await lockedCustomer(tx, customer.id);
      await giveCredit(tx, parts.clock, given);
      const after = { amount_micros: line.balance, source: given.source };
      await noteOf(parts, payer)(tx, "credit.granted", { after });
    });
  },
};

const mandate: Step = {
  async look(parts, payer, { token_id, razorpay_customer_id }) {
    if (!token_id) return null;
    const { again } = await adoptableMandate(parts, payer, { token_id, razorpay_customer_id });
    return again ? null : `take over the mandate ${token_id}`;
  },
  async act(parts, payer, { token_id, razorpay_customer_id }) {
    if (!token_id) return;
    await adoptMandate(parts, payer, { token_id, razorpay_customer_id }, noteOf(parts, payer));
  },
};

const subscription: Step = {
  async look(parts, payer, line) {
    if (!line.plan) return null;
    const plan_id = await planOf(parts, line.plan);
    const { razorpay_subscription_id: id } = line;
    const buyer = (await findProfile(parts.db.read, payer.tenant.id, payer.customer.id)) ?? line.profile ?? undefined;
    if (id) {
      const { known } = await adoptable(parts, payer, { plan_id, razorpay_subscription_id: id }, buyer);
      return known ? null : `take over the subscription ${id}`;
    }
    const { plan, version } = await offerOf(parts, payer, { plan_id, by: "admin" }, buyer);
    const rows = await listSubscriptions(parts.db.read, payer.tenant.id, payer.customer.id);
    const current = standingOf(rows, parts.clock.now())?.current;
    if (current?.plan_id === plan_id) return null;
    if (current)
      throw new Problem("conflict", { message: `plan: this customer is on another plan already: change that one` });
    if (version.terms.collection === "subscription")
      throw new Problem("conflict", {
        message: `plan: ${plan.name} is paid by a subscription at Razorpay, which only the customer can approve: name a live one in razorpay_subscription_id, or leave the plan empty and let the customer sign up`,
      });
    return `sign up for the plan ${plan.name}`;
  },
  async act(parts, payer, line) {
    if (!line.plan) return;
    const plan_id = await planOf(parts, line.plan);
    const { razorpay_subscription_id: id } = line;
    const note = noteOf(parts, payer);
    if (id) await adoptSubscription(parts, payer, { plan_id, razorpay_subscription_id: id }, note);
    else await signUp(parts, payer, { plan_id, by: "admin" }, note);
  },
};

async function planOf({ db }: ImportParts, ref: string): Promise<string> {
  const id = await findPlanId(db.read, ref);
  if (id === undefined) throw new Problem("not_found", { message: `plan: there is no plan ${ref}` });
  return id;
}

/** In the order in which they are done: a plan that is paid by a mandate begins with it. */
export const STEPS: readonly Step[] = [profile, balance, mandate, subscription];
