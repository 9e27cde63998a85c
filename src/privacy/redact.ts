/** What stands where something of a person was. */
export const ERASED = "[erased]";

/** Finds and takes out the strings by which a person can be known. */
export interface Redactor {
  /** Whether one of them is in it, at any depth. */
  finds(value: unknown): boolean;
  /** The same value with each of them replaced; the very same object where there was none. */
  clean<T>(value: T): T;
}

/** Shorter strings say nothing by themselves: `42` is in every other row. */
const LETTERS_MIN = 3;

/**
 * Looks for whole words only, in any case: `ann` is not in `annual`. What is looked for is also found as it stands in an address
 * (`ann%40example.com`), and a telephone number without its country or its plus.
 */
export function redactorOf(strings: Iterable<string>): Redactor {
  const forms = new Set([...strings].flatMap(formsOf).filter(({ length }) => length >= LETTERS_MIN));
  if (!forms.size) return { finds: () => false, clean: (value) => value };
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  const words = new RegExp(`(?<![\\p{L}\\p{N}])(?:${longestFirst.map(escaped).join("|")})(?![\\p{L}\\p{N}])`, "giu");
  const clean = <T>(value: T): T => deeply(value, (text) => text.replace(words, ERASED)) as T;
  return { clean, finds: (value) => clean(value) !== value };
}

function formsOf(text: string): string[] {
  const trimmed = text.trim();
  const forms = [trimmed, encodeURIComponent(trimmed)];
  const digits = /^\+(\d{8,15})$/.exec(trimmed)?.[1];
  if (digits) forms.push(digits, ...(digits.startsWith("91") && digits.length === 12 ? [digits.slice(2)] : []));
  return forms;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Fields that say who somebody is, by whatever name our rows and Razorpay's entities give them. */
const PERSONAL =
  /^(name|email|contact|phone|external_id|gstin|address|line[12]|city|postal_code|zipcode|vpa|card|upi|wallet|bank|bank_account|account_number|customer_details|billing_address|shipping_address|notes|description|ip|user_agent)$/;

/** The value without what its personal fields say, at any depth: for what is wholly about one person. */
export const withoutPersonal = <T>(value: T): T => {
  if (Array.isArray(value)) return value.map(withoutPersonal) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) =>
      PERSONAL.test(name) ? [name, inner === null ? null : ERASED] : [name, withoutPersonal(inner)],
    ),
  ) as T;
};

/** What the personal fields of a value say, with their names: former names and addresses, as the audit log has them. */
export function* personalTexts(value: unknown): Generator<readonly [field: string, text: string]> {
  if (Array.isArray(value)) for (const inner of value) yield* personalTexts(inner);
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (/^(name|email|contact|external_id|gstin|line[12])$/.test(name)) {
      if (typeof inner === "string" && inner !== ERASED) yield [name, inner];
    } else yield* personalTexts(inner);
  }
}

/** Every text in a value through `change`, names of fields as well; the same object where nothing changed. */
function deeply(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((inner) => deeply(inner, change));
    return items.some((inner, index) => inner !== value[index]) ? items : value;
  }
  const entries = Object.entries(value);
  const changed = entries.map(([name, inner]) => [change(name), deeply(inner, change)] as const);
  const same = changed.every(([name, inner], index) => name === entries[index]![0] && inner === entries[index]![1]);
  return same ? value : Object.fromEntries(changed);
}
