import { newId } from "../../kernel/id.ts";
import type { Paise } from "../../kernel/money.ts";
import { Problem } from "../../kernel/problems.ts";
import { lockedCustomer, type MandateRow } from "../cycles/store.ts";
import type { Note } from "../note.ts";
import { razorpayCustomerOf } from "../parties/razorpay-customer.ts";
import { accountOf, findRazorpayCustomer, profileOf } from "../parties/store.ts";
import type { BillingParts } from "../parts.ts";
import type { Payer } from "../payer.ts";
import type { RazorpayToken } from "../razorpay/entities.ts";
import { isUnknownId, RazorpayUnreachable } from "../razorpay/errors.ts";
import { changed, mandateFacts, mirroredToken } from "./mandate.ts";
import type { MandateMethod } from "./methods.ts";
import { findMandateByToken, insertAdopted } from "./store.ts";

export interface MandateAdoption {
  readonly token_id: string;
  /** Whose it is at Razorpay; without it, the customer there with the e-mail and telephone of the billing profile. */
  readonly razorpay_customer_id?: string;
  /** Checked where they are given: what Razorpay says of the token is what counts. */
  readonly method?: MandateMethod;
  readonly max_amount_paise?: Paise;
}

export interface AdoptableMandate {
  readonly row: MandateRow;
  /** It is this customer's already. */
  readonly again: boolean;
}

/** Takes over a mandate that the operator registered at Razorpay before. Doing it again changes nothing. */
export async function adoptMandate(
  parts: BillingParts,
  payer: Payer,
  asked: MandateAdoption,
  note: Note | null,
): Promise<AdoptableMandate> {
  const { tenant, customer } = payer;
  const account_id = await accountOf(parts.db.read, tenant.id);
  const owner =
    asked.razorpay_customer_id ??
    (await razorpayCustomerOf(parts, account_id, await profileOf(parts.db.read, tenant.id, customer.id)));
  const found = await adoptableMandate(parts, payer, { ...asked, razorpay_customer_id: owner });
  if (found.again) return found;
  await parts.db.transaction(async (tx) => {
    await lockedCustomer(tx, customer.id);
    if (!(await insertAdopted(tx, found.row)))
      throw new Problem("conflict", { message: `The mandate ${asked.token_id} is another customer's.` });
    await note?.(tx, "mandate.adopted", { after: mandateFacts(found.row) });
  });
  // What follows from a confirmed mandate: how much may be owed, and a subscription that waited for it.
  await changed(parts, found.row, {});
  return found;
}

/** Looks whether a token can be adopted; a Problem says why not. Nothing is changed by looking. */
export async function adoptableMandate(
  { db, clock, collectors }: BillingParts,
  { tenant, customer }: Payer,
  { token_id, razorpay_customer_id, method, max_amount_paise }: MandateAdoption,
): Promise<AdoptableMandate> {
  if (customer.currency !== "INR")
    throw new Problem("conflict", { message: "Mandates exist for customers who pay in INR only." });
  const account_id = await accountOf(db.read, tenant.id);
  const known = await findMandateByToken(db.read, account_id, token_id);
  if (known && known.customer_id !== customer.id)
    throw new Problem("conflict", { message: `The mandate ${token_id} is another customer's.` });
  if (known) return { row: known, again: true };

  const owner = razorpay_customer_id ?? (await findRazorpayCustomer(db.read, account_id, customer.id));
  if (owner === undefined) throw wrong("razorpay_customer_id", "is needed to find the token: whose it is at Razorpay");
  const razorpay = await collectors.of(account_id);
  const token = await fetched(() => razorpay.fetchToken(owner, token_id));
  const status = token.recurring_details?.status ?? null;
  if (status !== "confirmed")
    throw new Problem("conflict", {
      message: `The mandate ${token_id} is ${status ?? "no recurring one"} at Razorpay: only a confirmed one can be adopted.`,
      details: { status },
    });
  const [by, now] = [methodOf(token), clock.now()];
  if (method !== undefined && method !== by) throw wrong("method", `is ${by} at Razorpay`);
  if (max_amount_paise !== undefined && max_amount_paise > token.max_amount)
    throw wrong("max_amount_paise", `its bank confirmed ${token.max_amount}`);
  const { max_amount_paise: most = token.max_amount, expires_at = null } = mirroredToken(token);
  if (most < 100) throw wrong("token_id", "Razorpay does not say how much it may debit: register a new mandate");
  if (expires_at !== null && expires_at <= now)
    throw new Problem("conflict", { message: `The mandate ${token_id} has expired.` });
  return {
    again: false,
    row: {
      ...{ id: newId("mandate", clock.wall()), tenant_id: tenant.id, customer_id: customer.id, account_id, method: by },
      ...{ status: "confirmed", razorpay_customer_id: owner, order_id: null, token_id, max_amount_paise: most },
      ...{ expires_at, created_at: now, updated_at: now },
    },
  };
}

function methodOf({ method }: RazorpayToken): MandateMethod {
  if (method === "upi" || method === "card") return method;
  if (method === "emandate" || method === "nach" || method === "netbanking") return "emandate";
  throw wrong("token_id", `is a token of the method ${method}, by which nothing can be debited`);
}

async function fetched(ask: () => Promise<RazorpayToken>): Promise<RazorpayToken> {
  try {
    return await ask();
  } catch (error) {
    if (isUnknownId(error)) throw wrong("token_id", "Razorpay knows no such token of this customer");
    if (error instanceof RazorpayUnreachable) throw new Problem("collector_unreachable", { cause: error });
    throw error;
  }
}

const wrong = (field: string, what: string) => new Problem("invalid_request", { message: `${field}: ${what}` });
