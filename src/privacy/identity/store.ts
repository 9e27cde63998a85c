import { and, eq, inArray, ne } from "drizzle-orm";
import type { Reader } from "../../db/database.ts";
import * as t from "../../db/schema.ts";
import type { TenantId } from "../../kernel/id.ts";
import type { UserRow } from "../../tenants/store.ts";
import { type Identity, type Person, redactorsOf } from "../person.ts";
import { erasedName } from "../places/store.ts";
import { ERASED, personalTexts } from "../redact.ts";

type Of = Readonly<Record<string, unknown>>;
const texts = (rows: readonly Of[]): string[] =>
  rows.flatMap((row) => Object.values(row)).filter((value): value is string => typeof value === "string");

/** Everything that the tables know one user by. */
export async function findPerson(read: Reader, user: UserRow): Promise<Person> {
  const { tenant_id, id: user_id } = user;
  const [customer] = await read
    .select({ id: t.customers.id })
    .from(t.customers)
    .where(and(eq(t.customers.tenant_id, tenant_id), eq(t.customers.user_id, user_id)));
  const customer_id = customer?.id ?? null;
  const keys = await read
    .select({ id: t.apiKeys.id })
    .from(t.apiKeys)
    .where(and(eq(t.apiKeys.tenant_id, tenant_id), eq(t.apiKeys.user_id, user_id)));
  const known = { tenant_id, user_id, customer_id };
  const billed = customer_id === null ? NOTHING : await findBilled(read, tenant_id, customer_id);
  const ids = new Set([user_id, ...(customer_id ? [customer_id] : []), ...texts(keys), ...billed.ids]);
  const remote_ids = new Set(billed.remote_ids);
  return { ...known, ids, remote_ids, ...redactorsOf(await identityOf(read, user, { ...known, ids, remote_ids })) };
}

const NOTHING = { ids: [] as string[], remote_ids: [] as string[] };

async function findBilled(read: Reader, tenant_id: TenantId, customer_id: NonNullable<Person["customer_id"]>) {
  const subscriptions = await read
    .select({ id: t.subscriptions.id, remote: t.subscriptions.razorpay_subscription_id })
    .from(t.subscriptions)
    .where(and(eq(t.subscriptions.tenant_id, tenant_id), eq(t.subscriptions.customer_id, customer_id)));
  const invoices = await read
    .select({ id: t.invoices.id })
    .from(t.invoices)
    .where(and(eq(t.invoices.tenant_id, tenant_id), eq(t.invoices.customer_id, customer_id)));
  const remote = [
    await read
      .select({ a: t.payments.id, b: t.payments.order_id, c: t.payments.razorpay_invoice_id })
      .from(t.payments)
      .where(and(eq(t.payments.tenant_id, tenant_id), eq(t.payments.customer_id, customer_id))),
    await read
      .select({ a: t.refunds.razorpay_refund_id })
      .from(t.refunds)
      .where(and(eq(t.refunds.tenant_id, tenant_id), eq(t.refunds.customer_id, customer_id))),
    await read
      .select({ a: t.mandates.token_id, b: t.mandates.order_id, c: t.mandates.razorpay_customer_id })
      .from(t.mandates)
      .where(and(eq(t.mandates.tenant_id, tenant_id), eq(t.mandates.customer_id, customer_id))),
    await read
      .select({ a: t.collections.order_id, b: t.collections.payment_id, c: t.collections.link_id })
      .from(t.collections)
      .where(and(eq(t.collections.tenant_id, tenant_id), eq(t.collections.customer_id, customer_id))),
    await read
      .select({ a: t.topups.order_id, b: t.topups.payment_id, c: t.topups.link_id })
      .from(t.topups)
      .where(and(eq(t.topups.tenant_id, tenant_id), eq(t.topups.customer_id, customer_id))),
    await read
      .select({ a: t.disputes.id })
      .from(t.disputes)
      .where(and(eq(t.disputes.tenant_id, tenant_id), eq(t.disputes.customer_id, customer_id))),
    await read
      .select({ a: t.razorpayCustomers.razorpay_customer_id })
      .from(t.razorpayCustomers)
      .where(and(eq(t.razorpayCustomers.tenant_id, tenant_id), eq(t.razorpayCustomers.customer_id, customer_id))),
  ];
  return {
    ids: [...texts(invoices), ...subscriptions.map(({ id }) => id)],
    remote_ids: [...remote.flatMap(texts), ...subscriptions.flatMap(({ remote }) => remote ?? [])],
  };
}

/** What identifies a person now, and what did before: former names and addresses are in the audit log and on invoices. */
async function identityOf(
  read: Reader,
  user: UserRow,
  person: Pick<Person, "tenant_id" | "customer_id" | "ids" | "remote_ids">,
): Promise<Identity> {
  const { tenant_id, customer_id } = person;
  const unique = new Set<string>();
  const names = new Set<string>();
  const addresses = new Set<string>();
  if (user.external_id !== erasedName(user.id)) unique.add(user.external_id);
  if (user.name !== null) names.add(user.name);
  const said: unknown[] = [];
  if (customer_id !== null) {
    const ofCustomer = <T extends typeof t.billingProfiles | typeof t.invoices>(table: T) =>
      and(eq(table.tenant_id, tenant_id), eq(table.customer_id, customer_id));
    said.push(...(await read.select().from(t.billingProfiles).where(ofCustomer(t.billingProfiles))));
    said.push(...(await read.select({ buyer: t.invoices.buyer }).from(t.invoices).where(ofCustomer(t.invoices))));
  }
  for (const { subject_id, before, after } of await read
    .select({ subject_id: t.audit.subject_id, before: t.audit.before, after: t.audit.after })
    .from(t.audit)
    .where(and(eq(t.audit.tenant_id, tenant_id), inArray(t.audit.subject_id, [...person.ids])))) {
    // The name of a key is nobody's.
    if (!subject_id.startsWith("key_")) said.push(before, after);
  }
  for (const [field, text] of personalTexts(said)) {
    if (text === ERASED || text === erasedName(user.id)) continue;
    if (field === "name") names.add(text);
    else if (field.startsWith("line")) addresses.add(text);
    else unique.add(text);
  }
  const namesakes = await namesOfOthers(read, user, customer_id, [...names]);
  const [own, shared] = [[...names].filter((name) => !namesakes.has(name)), [...names].filter((n) => namesakes.has(n))];
  return { unique: [...unique], names: own, shared: [...shared, ...addresses] };
}

/** Of these names the ones that another user of the tenant has as well, or another of its payers. */
async function namesOfOthers(
  read: Reader,
  { id, tenant_id }: UserRow,
  customer_id: Person["customer_id"],
  names: readonly string[],
): Promise<ReadonlySet<string | null>> {
  if (!names.length) return new Set();
  const ofUsers = await read
    .select({ name: t.users.name })
    .from(t.users)
    .where(and(eq(t.users.tenant_id, tenant_id), ne(t.users.id, id), inArray(t.users.name, [...names])));
  const { billingProfiles } = t;
  const ofPayers = await read
    .select({ name: billingProfiles.name })
    .from(billingProfiles)
    .where(
      and(
        ...[eq(billingProfiles.tenant_id, tenant_id), inArray(billingProfiles.name, [...names])],
        customer_id === null ? undefined : ne(billingProfiles.customer_id, customer_id),
      ),
    );
  return new Set([...ofUsers, ...ofPayers].map(({ name }) => name));
}
