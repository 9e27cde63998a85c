import { z } from "zod";
import { ProfileFields } from "../billing/parties/party.ts";
import { Currency, ExternalId, Name, Ref, Timezone } from "../http/fields.ts";
import { parse } from "../http/parse.ts";
import { type Micros, micros } from "../kernel/money.ts";
import type { CsvLine } from "./csv.ts";
import { assertNone, type Faults, tried } from "./faults.ts";

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

const Line = z.strictObject({
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
  const faults: Faults = [];
  const parsed = tried(faults, () => parse(Line, rest));
  if (rest.razorpay_subscription_id && !rest.plan)
    faults.push("plan: is needed with razorpay_subscription_id: which plan does it stand for?");
  if (rest.token_id && !rest.razorpay_customer_id)
    faults.push("razorpay_customer_id: is needed with token_id: whose token is it at Razorpay?");
  const profile = tried(faults, () => profileOf(said, parsed?.name));
  assertNone(faults);
  if (!parsed) throw new Error("a line that cannot be read has a fault");
  return { ...parsed, line, profile: profile ?? null };
}

/** Null where nothing of it is there. The name is the line's; where that is wrong already, the rest is looked at all the same. */
function profileOf(said: Partial<CsvLine["fields"]>, name = "not known"): ProfileFields | null {
  const { email, contact, address_line1, address_line2, city, postal_code, country, state_code, gstin } = said;
  if (Object.values(said).every((value) => value === undefined)) return null;
  const missing = Object.entries({ email, contact, address_line1, city, postal_code, state_code })
    .filter(([, value]) => value === undefined)
    .map(([column]) => column);
  const faults: Faults = missing.length
    ? [`${missing.join(", ")}: needed for a billing profile, with what is there`]
    : [];
  const address = { line1: address_line1, ...(address_line2 && { line2: address_line2 }), city, postal_code };
  const parsed = ProfileFields.safeParse({
    ...{ name, email, contact, state_code, gstin: gstin ?? null },
    address: { ...address, ...(country && { country }) },
  });
  for (const { path, message } of parsed.error?.issues ?? []) {
    const column = columnOf(path);
    if (!missing.includes(column)) faults.push(`${column}: ${message}`);
  }
  assertNone(faults);
  return parsed.data ?? null;
}

/** An address has fields of its own in the API, and columns here. */
const columnOf = (path: readonly PropertyKey[]): string =>
  path.map(String).join(".").replace("address.line", "address_line").replace("address.", "");

function exactMicros(text: string): Micros {
  const [whole = "0", part = ""] = text.split(".");
  return micros(BigInt(whole) * 1_000_000n + BigInt(part.padEnd(6, "0")));
}
