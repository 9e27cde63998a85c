import type { Reader } from "../db/database.ts";
import { customersOf, type Found, type HitKind, LOOKUPS, type Lookup, lookUp } from "./store.ts";

/** What one column gives at most: more than that is no name of one thing. */
export const HITS_MAX = 10;
/** How much of a secret is kept; whoever pastes a whole one is looked up by this part, and the rest goes nowhere. */
const SECRET_LETTERS = 12;

export interface Hit {
  readonly type: HitKind;
  readonly id: string;
  readonly tenant_id: string;
  readonly customer_id: string | null;
  /** What fitted, and where it stands. */
  readonly match: { readonly field: string; readonly value: string };
  /** The route that shows it, and the one that tells all of its customer. */
  readonly links: { readonly self: string; readonly story: string | null };
}

/** Everything that has this text for a name, or a name that begins with it. `complete` is false where a column had more than it may give. */
export async function search(read: Reader, text: string): Promise<{ data: Hit[]; complete: boolean }> {
  const hits = new Map<string, { lookup: Lookup; found: Found }>();
  let complete = true;
  for (const lookup of LOOKUPS.filter(({ fits }) => fits(text))) {
    const rows = await lookUp(read, lookup, writtenFor(lookup, text), HITS_MAX + 1);
    if (rows.length > HITS_MAX) complete = false;
    for (const found of rows.slice(0, HITS_MAX)) {
      const name = `${lookup.kind} ${found.id}`;
      if (!hits.has(name)) hits.set(name, { lookup, found });
    }
  }
  const all = [...hits.values()];
  const subjects = all.flatMap(({ found: { subject_id } }) => subject_id ?? []);
  const customers = await customersOf(read, subjects);
  return { data: all.map(({ lookup, found }) => hitOf(lookup, found, customers)), complete };
}

const writtenFor = ({ field, written = (text) => text }: Lookup, text: string): string =>
  field === "prefix" ? text.slice(0, SECRET_LETTERS) : written(text);

function hitOf({ kind, field }: Lookup, found: Found, customers: ReadonlyMap<string, string>): Hit {
  const { id, tenant_id, value, subject_id } = found;
  const customer_id = found.customer_id ?? (subject_id === null ? null : (customers.get(subject_id) ?? null));
  const story = customer_id === null ? null : storyOf(customer_id);
  const self = ROUTES[kind]({ ...found, customer_id }) ?? story ?? `/api/admin/tenants/${tenant_id}`;
  return { type: kind, id, tenant_id, customer_id, match: { field, value }, links: { self, story } };
}

export const storyOf = (customer_id: string): string => `/api/admin/customers/${customer_id}/story`;

/** Which route shows what. Where it is null a thing is shown with its customer's story. */
const ROUTES: Readonly<Record<HitKind, (found: Pick<Found, "id" | "tenant_id" | "customer_id">) => string | null>> = {
  tenant: ({ id }) => `/api/admin/tenants/${id}`,
  user: ({ id }) => `/api/admin/users/${id}`,
  customer: ({ id }) => storyOf(id),
  key: ({ tenant_id }) => `/api/admin/tenants/${tenant_id}/keys`,
  request: ({ id }) => `/api/admin/events/${id}`,
  hold: ({ customer_id }) => `/api/admin/holds?customer_id=${customer_id}`,
  invoice: ({ id }) => `/api/admin/invoices/${id}`,
  credit_note: ({ id }) => `/api/admin/credit_notes/${id}.html`,
  payment: ({ customer_id }) => `/api/admin/payments?customer_id=${customer_id}`,
  refund: ({ customer_id }) => `/api/admin/refunds?customer_id=${customer_id}`,
  collection: ({ customer_id }) => `/api/admin/collections?customer_id=${customer_id}`,
  subscription: () => null,
  topup: () => null,
  mandate: () => null,
};
