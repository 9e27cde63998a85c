import { and, asc, eq, gt, inArray, isNull, or, sql } from "drizzle-orm";
import type { Reader, Tx } from "../db/database.ts";
import {
  apiKeys,
  customers,
  grants,
  issuers,
  keySecrets,
  presets,
  tenants,
  usageCarried,
  usageEvents,
  users,
} from "../db/schema.ts";
import { type PageQuery, pageClause } from "../http/paging.ts";
import { type CustomerId, type KeyId, newId, type TenantId, type UserId } from "../kernel/id.ts";
import { Problem } from "../kernel/problems.ts";

export type TenantRow = typeof tenants.$inferSelect;
export type UserRow = typeof users.$inferSelect;
export type KeyRow = typeof apiKeys.$inferSelect;
export type KeySecretRow = typeof keySecrets.$inferSelect;
export type IssuerRow = typeof issuers.$inferSelect;
export type CustomerRow = typeof customers.$inferSelect;
export type PresetRow = typeof presets.$inferSelect;

const EXTERNAL = "ext:";

/* Tenants */

export async function insertTenant(tx: Tx, tenant: TenantRow): Promise<void> {
  const [taken] = tenant.external_id
    ? await tx.select({ id: tenants.id }).from(tenants).where(eq(tenants.external_id, tenant.external_id))
    : [];
  if (taken) {
    throw new Problem("conflict", {
      message: `There is a tenant with the external_id ${tenant.external_id} already.`,
      details: { id: taken.id },
    });
  }
  await tx.insert(tenants).values(tenant);
}

export async function updateTenant(tx: Tx, id: TenantId, change: Partial<TenantRow>): Promise<TenantRow> {
  const [row] = await tx.update(tenants).set(change).where(eq(tenants.id, id)).returning();
  return found(row);
}

/** A tenant by id or `ext:<external_id>`; a `not_found` Problem where there is none. */
export async function findTenant(read: Reader, ref: string): Promise<TenantRow> {
  const by = ref.startsWith(EXTERNAL)
    ? eq(tenants.external_id, ref.slice(EXTERNAL.length))
    : eq(tenants.id, ref as TenantId);
  const [row] = await read.select().from(tenants).where(by);
  return found(row, "There is no such tenant.");
}

export interface TenantFilter {
  readonly status?: TenantRow["status"];
  /** A part of the name, however it is written, or the beginning of the external id. */
  readonly q?: string;
}

export function listTenants(read: Reader, query: PageQuery, { status, q }: TenantFilter = {}): Promise<TenantRow[]> {
  const { where, orderBy, limit } = pageClause(tenants.id, query);
  const named = (text: string) => {
    const literal = text.replaceAll(/[\\%_]/g, "\\$&");
    return sql`(lower(${tenants.name}) like lower(${`%${literal}%`}) escape '\\' or ${tenants.external_id} like ${`${literal}%`} escape '\\')`;
  };
  const fitting = and(where, status && eq(tenants.status, status), q ? named(q) : undefined);
  return read.select().from(tenants).where(fitting).orderBy(orderBy).limit(limit);
}

/** Every origin that some tenant allows: what a preflight, which carries no credential, is checked against. */
export async function listAllowedOrigins(read: Reader): Promise<Set<string>> {
  const rows = await read.select({ settings: tenants.settings }).from(tenants).where(eq(tenants.status, "active"));
  return new Set(rows.flatMap(({ settings }) => settings.allowed_origins));
}

/* Customers: who pays */

/** The customer of a tenant, or of one user where the tenant bills per user; made on first sight. */
export async function ensureCustomer(
  tx: Tx,
  tenant: Pick<TenantRow, "id" | "currency">,
  user_id: UserId | null,
  at: number,
): Promise<CustomerId> {
  const subject_id = user_id ?? tenant.id;
  await tx
    .insert(customers)
    .values({
      id: newId("customer", at),
      tenant_id: tenant.id,
      user_id,
      subject_id,
      currency: tenant.currency,
      ...{ plan_version_id: null, subscription_id: null, cycle_id: null, cycle_start: null, cycle_end: null },
      standing: "ok",
      created_at: at,
    })
    .onConflictDoNothing({ target: customers.subject_id });
  return (await findCustomer(tx, tenant.id, subject_id))!.id;
}

export async function findCustomer(
  read: Reader,
  tenant_id: TenantId,
  subject_id: string,
): Promise<CustomerRow | undefined> {
  const [row] = await read
    .select()
    .from(customers)
    .where(and(eq(customers.tenant_id, tenant_id), eq(customers.subject_id, subject_id)));
  return row;
}

/** A customer by its id; a `not_found` Problem where there is none. */
export async function findCustomerById(read: Reader, id: string): Promise<CustomerRow> {
  const [row] = await read
    .select()
    .from(customers)
    .where(eq(customers.id, id as CustomerId));
  return found(row, "There is no such customer.");
}

/** Whether anything was ever granted to or used by this tenant. */
export async function hasBooks(read: Reader, tenant_id: TenantId): Promise<boolean> {
  const [grant] = await read.select({ id: grants.id }).from(grants).where(eq(grants.tenant_id, tenant_id)).limit(1);
  const [used] = await read
    .select({ id: usageEvents.id })
    .from(usageEvents)
    .where(eq(usageEvents.tenant_id, tenant_id))
    .limit(1);
  // Of usage that is so old that its events are gone.
  const [carried] = await read
    .select({ id: usageCarried.customer_id })
    .from(usageCarried)
    .where(eq(usageCarried.tenant_id, tenant_id))
    .limit(1);
  return Boolean(grant ?? used ?? carried);
}

/** Customers are made again when they are needed; only where there are no books yet. */
export async function forgetCustomers(tx: Tx, tenant_id: TenantId): Promise<void> {
  await tx.delete(customers).where(eq(customers.tenant_id, tenant_id));
}

/* Users */

/** The user with this external id, made on first sight when `create`. */
export async function ensureUser(tx: Tx, tenant_id: TenantId, external_id: string, at: number): Promise<UserRow> {
  await tx
    .insert(users)
    .values({ id: newId("user", at), tenant_id, external_id, name: null, status: "active", created_at: at })
    .onConflictDoNothing({ target: [users.tenant_id, users.external_id] });
  return found(await findUserByExternalId(tx, tenant_id, external_id));
}

export async function insertUser(tx: Tx, user: UserRow): Promise<void> {
  const taken = await findUserByExternalId(tx, user.tenant_id, user.external_id);
  if (taken) {
    throw new Problem("conflict", {
      message: `There is a user with the external_id ${user.external_id} already.`,
      details: { id: taken.id },
    });
  }
  await tx.insert(users).values(user);
}

export async function updateUser(tx: Tx, id: UserId, change: Partial<UserRow>): Promise<UserRow> {
  const [row] = await tx.update(users).set(change).where(eq(users.id, id)).returning();
  return found(row);
}

export async function findUserByExternalId(
  read: Reader,
  tenant_id: TenantId,
  external_id: string,
): Promise<UserRow | undefined> {
  const [row] = await read
    .select()
    .from(users)
    .where(and(eq(users.tenant_id, tenant_id), eq(users.external_id, external_id)));
  return row;
}

/** A user by id or `ext:<external_id>`, within a tenant where one is given. */
export async function findUser(read: Reader, ref: string, tenant_id?: TenantId): Promise<UserRow> {
  const by = ref.startsWith(EXTERNAL) ? eq(users.external_id, ref.slice(EXTERNAL.length)) : eq(users.id, ref as UserId);
  const rows = await read
    .select()
    .from(users)
    .where(and(by, tenant_id && eq(users.tenant_id, tenant_id)))
    .limit(2);
  if (rows.length > 1) {
    throw new Problem("conflict", {
      message: "Several tenants have a user with this external_id: name the user by its id, or within its tenant.",
    });
  }
  return found(rows[0], "There is no such user.");
}

const IDS_MAX = 1_000;

/** A tenant's users by their ids, those of them that there are. */
export async function usersById(
  read: Reader,
  tenant_id: TenantId,
  ids: readonly UserId[],
): Promise<ReadonlyMap<UserId, UserRow>> {
  const found: UserRow[] = [];
  for (let from = 0; from < ids.length; from += IDS_MAX) {
    const some = inArray(users.id, ids.slice(from, from + IDS_MAX));
    found.push(
      ...(await read
        .select()
        .from(users)
        .where(and(eq(users.tenant_id, tenant_id), some))),
    );
  }
  return new Map(found.map((user) => [user.id, user]));
}

export function listUsers(read: Reader, tenant_id: TenantId, query: PageQuery): Promise<UserRow[]> {
  const { where, orderBy, limit } = pageClause(users.id, query);
  return read
    .select()
    .from(users)
    .where(and(eq(users.tenant_id, tenant_id), where))
    .orderBy(orderBy)
    .limit(limit);
}

/* API keys */

export async function insertKey(tx: Tx, key: KeyRow, secret: KeySecretRow): Promise<void> {
  await tx.insert(apiKeys).values(key);
  await tx.insert(keySecrets).values(secret);
}

export interface KeyWithSecret {
  readonly key: KeyRow;
  readonly secret: KeySecretRow;
}

export async function findKeyByHash(read: Reader, hash: string): Promise<KeyWithSecret | undefined> {
  const [row] = await read
    .select({ key: apiKeys, secret: keySecrets })
    .from(keySecrets)
    .innerJoin(apiKeys, eq(apiKeys.id, keySecrets.key_id))
    .where(eq(keySecrets.hash, hash));
  return row;
}

export async function findKey(read: Reader, id: string, tenant_id?: TenantId): Promise<KeyRow> {
  const [row] = await read
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.id, id as KeyId), tenant_id && eq(apiKeys.tenant_id, tenant_id)));
  return found(row, "There is no such key.");
}

/** What people call a user and a key of a tenant; null for one that is gone. */
export async function namesOf(
  read: Reader,
  { tenant_id, user_id, key_id }: { tenant_id: TenantId; user_id: UserId | null; key_id: KeyId | null },
) {
  const user = user_id && (await usersById(read, tenant_id, [user_id])).get(user_id);
  const mine = key_id && and(eq(apiKeys.id, key_id), eq(apiKeys.tenant_id, tenant_id));
  const [key] = mine ? await read.select().from(apiKeys).where(mine) : [];
  return { user_external_id: user ? user.external_id : null, key_name: key?.name ?? null };
}

/** The newest secret's prefix of each key: what a list shows of it. */
export async function listPrefixes(read: Reader, keys: readonly KeyId[]): Promise<Map<KeyId, string>> {
  if (!keys.length) return new Map();
  const rows = await read
    .select()
    .from(keySecrets)
    .where(inArray(keySecrets.key_id, [...keys]))
    .orderBy(asc(keySecrets.created_at));
  return new Map(rows.map((row) => [row.key_id, row.prefix]));
}

/** A tenant's keys, or only those that belong to one of its users. */
export function listKeys(read: Reader, tenant_id: TenantId, query: PageQuery, user_id?: UserId): Promise<KeyRow[]> {
  const { where, orderBy, limit } = pageClause(apiKeys.id, query);
  return read
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.tenant_id, tenant_id), user_id && eq(apiKeys.user_id, user_id), where))
    .orderBy(orderBy)
    .limit(limit);
}

/** How many of a tenant's keys are neither revoked nor expired. */
export const countLiveKeys = (read: Reader, tenant_id: TenantId, at: number): Promise<number> =>
  read.$count(
    apiKeys,
    and(
      eq(apiKeys.tenant_id, tenant_id),
      isNull(apiKeys.revoked_at),
      or(isNull(apiKeys.expires_at), gt(apiKeys.expires_at, at)),
    ),
  );

/** Adds a secret to a key and lets its present ones live until `overlapEnd`, but never longer than they would have. */
export async function rotateKey(tx: Tx, secret: KeySecretRow, overlapEnd: number): Promise<void> {
  await tx
    .update(keySecrets)
    .set({ expires_at: overlapEnd })
    .where(
      and(
        eq(keySecrets.key_id, secret.key_id),
        or(isNull(keySecrets.expires_at), gt(keySecrets.expires_at, overlapEnd)),
      ),
    );
  await tx.insert(keySecrets).values(secret);
}

/** Revokes a key. Doing it twice keeps the first instant. */
export async function revokeKey(tx: Tx, id: KeyId, at: number): Promise<void> {
  await tx
    .update(apiKeys)
    .set({ revoked_at: at })
    .where(and(eq(apiKeys.id, id), isNull(apiKeys.revoked_at)));
}

/* Issuers */

export async function insertIssuer(tx: Tx, issuer: IssuerRow): Promise<void> {
  const [taken] = await tx
    .select({ id: issuers.id })
    .from(issuers)
    .where(and(eq(issuers.issuer, issuer.issuer), eq(issuers.audience, issuer.audience)));
  // It says nothing of whose it is: that would tell one tenant of another.
  if (taken) throw new Problem("conflict", { message: "This issuer and audience are registered already." });
  await tx.insert(issuers).values(issuer);
}

export async function findIssuers(read: Reader, issuer: string, audiences: readonly string[]): Promise<IssuerRow[]> {
  return read
    .select()
    .from(issuers)
    .where(and(eq(issuers.issuer, issuer), inArray(issuers.audience, [...audiences])));
}

export async function findIssuer(read: Reader, id: string): Promise<IssuerRow | undefined> {
  const [row] = await read.select().from(issuers).where(eq(issuers.id, id));
  return row;
}

/** Issuers of a tenant, or (null) of the installation. */
export function listIssuers(read: Reader, tenant_id: TenantId | null, query: PageQuery): Promise<IssuerRow[]> {
  const { where, orderBy, limit } = pageClause(issuers.id, query);
  const owner = tenant_id === null ? isNull(issuers.tenant_id) : eq(issuers.tenant_id, tenant_id);
  return read.select().from(issuers).where(and(owner, where)).orderBy(orderBy).limit(limit);
}

export async function deleteIssuer(tx: Tx, tenant_id: TenantId | null, id: string): Promise<IssuerRow> {
  const owner = tenant_id === null ? isNull(issuers.tenant_id) : eq(issuers.tenant_id, tenant_id);
  const [row] = await tx
    .delete(issuers)
    .where(and(owner, eq(issuers.id, id)))
    .returning();
  return found(row, "There is no such issuer.");
}

/* Presets */

export async function findPreset(read: Reader, tenant_id: TenantId, name: string): Promise<PresetRow | undefined> {
  const [row] = await read
    .select()
    .from(presets)
    .where(and(eq(presets.tenant_id, tenant_id), eq(presets.name, name)));
  return row;
}

export const listPresets = (read: Reader, tenant_id: TenantId): Promise<PresetRow[]> =>
  read.select().from(presets).where(eq(presets.tenant_id, tenant_id)).orderBy(asc(presets.name));

export async function replacePresets(tx: Tx, tenant_id: TenantId, rows: readonly PresetRow[]): Promise<void> {
  await tx.delete(presets).where(eq(presets.tenant_id, tenant_id));
  if (rows.length) await tx.insert(presets).values([...rows]);
}

function found<T>(row: T | undefined, message?: string): T {
  if (!row) throw new Problem("not_found", { message });
  return row;
}
