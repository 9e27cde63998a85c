import type { PaymentMethod, SandboxAccount } from "../../src/sandbox/razorpay/server.ts";
import { PROFILE, SELLER, type Shop, speaker } from "../billing/shop.ts";

/** Who lives through the year: fifty that pay, whole tenants and single users, on two Razorpay accounts, by every method. */

export interface Payer {
  readonly name: string;
  readonly key: string;
  /** Where an administrator finds it. */
  readonly path: `tenants/${string}` | `users/${string}`;
  readonly tenant_id: string;
  readonly customer_id: string;
  readonly account: SandboxAccount;
  readonly currency: "INR" | "USD";
  /** Null: prepaid only. */
  readonly method: PaymentMethod | null;
  readonly speak: ReturnType<typeof speaker>;
}

export interface Cast {
  readonly payers: readonly Payer[];
  readonly plans: Readonly<Record<"INR" | "USD", readonly string[]>>;
  readonly prepaidPlan: string;
  readonly accounts: Readonly<Record<string, SandboxAccount>>;
}

/** A mark-up of two hundred, so that few calls come to much. */
const pricing = { type: "markup", multiplier_ppm: 200_000_000 };
const OWN = { key_id: "rzp_test_own", key_secret: "the tenant's own secret", webhook_secret: "the tenant's webhooks" };
const METHODS = ["card_domestic", "upi", "emandate", null] as const;
const STATES = ["29", "27", "33", "07"];
const ALL_SCOPES = ["inference", "billing:read", "billing:write"];

/** `users` are of two tenants, the second of which collects on its own account. */
export async function castOf(shop: Shop, { companies, users } = { companies: 26, users: 24 }): Promise<Cast> {
  const { admin } = shop;
  const rupees = (price: number, included: number, fields: object = {}) =>
    shop.plan({
      ...{ pricing, price_paise: price * 100, included_micros: included * 1_000_000, grace_days: 5 },
      ...{ overage: { enabled: true, cap_micros: 30_000_000_000 }, ...fields },
    });
  const plans = {
    INR: [
      await rupees(999, 1_200),
      await rupees(4_999, 6_000, { overage: { enabled: true, cap_micros: 60_000_000_000 } }),
      await rupees(299, 300, {
        period: "weekly",
        interval: 1,
        tax: "inclusive",
        overage: { enabled: false, cap_micros: 0 },
      }),
      await rupees(1_499, 1_800, { collection: "mandate" }),
      await rupees(499, 500, { trial: { days: 14, included_micros: 200_000_000 } }),
    ],
    USD: [
      await shop.plan({
        ...{ currency: "USD", pricing, price_paise: 2_000, included_micros: 15_000_000, grace_days: 5 },
        overage: { enabled: true, cap_micros: 400_000_000 },
      }),
    ],
  };
  const prepaidPlan = await shop.plan({ pricing, price_paise: 0, included_micros: 50_000_000, collection: "prepaid" });

  const own = shop.razorpay.account(OWN);
  // Not registered: its documents carry no tax.
  const sold = { ...SELLER, legal_name: "A Tenant That Sells", gstin: null };
  const [byUser, ownAccount] = await Promise.all([
    admin<{ id: string }>("POST", "tenants", { name: "Bills each user", currency: "INR", billing: "user" }),
    admin<{ id: string }>("POST", "tenants", {
      ...{ name: "Collects itself", currency: "INR", billing: "user" },
      razorpay: OWN,
    }),
  ]);
  await admin("PUT", `sellers/${ownAccount.id}`, { ...sold, state_code: "27", invoice_series: "OWN" });
  own.webhook({ url: `${shop.url}/webhooks/razorpay/${ownAccount.id}`, secret: OWN.webhook_secret });

  const payers: Payer[] = [];
  const join = async (of: Pick<Payer, "tenant_id" | "account" | "currency" | "method">, user_id?: string) => {
    const number = payers.length + 1;
    const { secret } = await admin<{ secret: string }>("POST", `tenants/${of.tenant_id}/keys`, {
      ...{ name: "year", scopes: ALL_SCOPES, ...(user_id && { user_id }) },
    });
    const speak = speaker(shop, secret);
    const abroad = of.currency === "USD";
    const { customer_id } = await speak.api<{ customer_id: string }>("PUT", "billing/profile", {
      ...{ ...PROFILE, name: `Payer ${number}`, contact: `97${String(number).padStart(8, "0")}` },
      ...(abroad
        ? { state_code: "96", address: { ...PROFILE.address, country: "US" } }
        : { state_code: STATES[number % STATES.length] }),
    });
    const path = user_id ? (`users/${user_id}` as const) : (`tenants/${of.tenant_id}` as const);
    payers.push({ name: `payer ${number}`, key: secret, path, customer_id, speak, ...of });
  };

  for (let number = 0; number < companies; number++) {
    const currency = number % 6 === 5 ? "USD" : "INR";
    const { id } = await admin<{ id: string }>("POST", "tenants", { name: `Company ${number}`, currency });
    const method = currency === "USD" ? "card_international" : METHODS[number % METHODS.length]!;
    await join({ tenant_id: id, account: shop.account, currency, method });
  }
  for (let number = 0; number < users; number++) {
    const [tenant_id, account] = number < users / 2 ? [byUser.id, shop.account] : [ownAccount.id, own];
    const user = await admin<{ id: string }>("POST", `tenants/${tenant_id}/users`, { external_id: `user-${number}` });
    const method = METHODS[(number + 1) % METHODS.length]!;
    await join({ tenant_id, account, currency: "INR", method }, user.id);
  }
  return { payers, plans, prepaidPlan, accounts: { operator: shop.account, [ownAccount.id]: own } };
}
