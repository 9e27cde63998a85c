import { z } from "zod";
import { ProfileFields } from "../billing/parties/party.ts";
import { Currency, ExternalId, Name, Ref, Timezone } from "../http/fields.ts";
import { parse } from "../http/parse.ts";
import { type Micros, micros } from "../kernel/money.ts";
import { Problem } from "../kernel/problems.ts";
import type { CsvLine } from "./csv.ts";

/** The columns of a file of customers. */
export const COLUMNS = [
  ...(["external_id", "user_external_id", "name", "currency", "timezone"] as const),
  ...(["email", "contact", "address_line1", "address_line2", "city", "postal_code", "country"] as const),
  ...(["state_code", "gstin", "plan", "razorpay_subscription_id"] as const),
  ...(["razorpay_customer_id", "token_id", "balance"] as const),
] as const;

const id = (prefix: string) =>
  z
    .string()
    .regex(
      new RegExp(`^${prefix}_[A-Za-z0-9]{14}$`),
      `must be an id of Razorpay's: ${prefix}_ and fourteen letters or digits`,
    );

/** ₹100 crore: beyond it is a typing error. */
const BALANCE_MAX = 1_000_000_000;
const Balance = z
  .string()
  .regex(/^\d{1,10}(\.\d{1,2})?$/, {
    error: "must be an amount such as 1500 or 1500.50, without commas or a sign",
    abort: true,
  })
  .refine((text) => Number(text) <= BALANCE_MAX, `must be at most ${BALANCE_MAX}`)
  .transform(exactMicros);

const Line = z
  .strictObject({
    external_id: z.string({ error: "is needed" }).pipe(ExternalId),
    user_external_id: ExternalId.optional(),
    name: z.string({ error: "is needed" }).pipe(Name),
    currency: Currency.default("INR"),
    timezone: Timezone.default("Asia/Kolkata"),
    plan: Ref.optional(),
    razorpay_subscription_id: id("sub").optional(),
    razorpay_customer_id: id("cust").optional(),
    token_id: id("token").optional(),
    balance: Balance.optional(),
  })
  .refine((line) => !line.razorpay_subscription_id || line.plan, {
    path: ["plan"],
    error: "is needed with razorpay_subscription_id: which plan does it stand for?",
  })
  .refine((line) => !line.token_id || line.razorpay_customer_id, {
    path: ["razorpay_customer_id"],
    error: "is needed with token_id: whose token is it at Razorpay?",
  });

export interface CustomerLine extends z.infer<typeof Line> {
  readonly line: number;
  /** Null where the file says nothing of it. */
  readonly profile: ProfileFields | null;
}

/** One line as what it means; a Problem that names each field that is wrong, and how. */
export function customerOf({ line, fields }: CsvLine): CustomerLine {
  const { email, contact, address_line1, address_line2, city, postal_code, country, state_code, gstin, ...rest } =
    fields;
  const said = { email, contact, address_line1, address_line2, city, postal_code, country, state_code, gstin };
  const parsed = parse(Line, rest);
  if (Object.values(said).every((value) => value === undefined)) return { ...parsed, line, profile: null };
  const missing = Object.entries({ email, contact, address_line1, city, postal_code, state_code })
    .filter(([, value]) => value === undefined)
    .map(([column]) => column);
  if (missing.length)
    throw new Problem("invalid_request", {
      message: `${missing.join(", ")}: needed for a billing profile, with what is there`,
    });
  const address = { line1: address_line1, ...(address_line2 && { line2: address_line2 }), city, postal_code };
  const profile = inColumns(() =>
    parse(ProfileFields, {
      ...{ name: parsed.name, email, contact, state_code, gstin: gstin ?? null },
      address: { ...address, ...(country && { country }) },
    }),
  );
  return { ...parsed, line, profile };
}

/** An address has fields of its own in the API, and columns here. */
function inColumns<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const message = error.message.replaceAll("address.line", "address_line").replaceAll("address.", "");
    throw new Problem(error.code, { message });
  }
}

function exactMicros(text: string): Micros {
  const [whole = "0", part = ""] = text.split(".");
  return micros(BigInt(whole) * 1_000_000n + BigInt(part.padEnd(6, "0")));
}
