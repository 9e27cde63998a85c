import { type Response, Router } from "express";
import { recordAudit } from "../db/audit.ts";
import type { Database, Reader, Tx } from "../db/database.ts";
import { actorOf } from "../http/actor.ts";
import { PageQuery, pageOf } from "../http/paging.ts";
import { parse } from "../http/parse.ts";
import type { Clock } from "../kernel/clock.ts";
import type { TenantId } from "../kernel/id.ts";
import { newId } from "../kernel/id.ts";
import { Problem } from "../kernel/problems.ts";
import { makeIssuer, NewIssuer, presentIssuer } from "./issuer.ts";
import { NewKey, nextSecret, presentKey, Rotation } from "./key.ts";
import { Presets } from "./preset.ts";
import { createKey, createTenant } from "./provision.ts";
import type { Secrets } from "./seal.ts";
import * as store from "./store.ts";
import { applyPatch, NewTenant, presentTenant, TenantPatch, TenantQuery } from "./tenant.ts";
import { NewUser, PutUser, presentUser, UserPatch } from "./user.ts";

export interface TenantAdminParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly sandbox: boolean;
  /** Whether a plan exists: plans are the catalog's. */
  readonly planExists: (id: string) => Promise<boolean>;
  /** Which key of Razorpay's each of these tenants has, of those that have an account of their own. */
  readonly razorpayKeys: (read: Reader, tenant_ids: readonly TenantId[]) => Promise<ReadonlyMap<TenantId, string>>;
  /** Keeps the Razorpay account of a tenant that is new. */
  readonly saveRazorpay: (tx: Tx, tenant_id: TenantId, account: NonNullable<NewTenant["razorpay"]>) => Promise<void>;
  /** Sets out to replace a tenant's own Razorpay account, or (null) to take it away, and answers what does so; refuses where something is under way there. */
  readonly replaceRazorpay: (tenant_id: TenantId, account: NewTenant["razorpay"]) => Promise<(tx: Tx) => Promise<void>>;
}

/** `/api/admin`: tenants, users, keys, issuers, presets. */
export function tenantAdminRoutes(parts: TenantAdminParts): Router {
  const router = Router();
  tenantRoutes(router, parts);
  userRoutes(router, parts);
  keyRoutes(router, parts);
  issuerRoutes(router, parts);
  presetRoutes(router, parts);
  return router;
}

function tenantRoutes(
  router: Router,
  { db, clock, secrets, planExists, razorpayKeys, saveRazorpay, replaceRazorpay }: TenantAdminParts,
) {
  /** A tenant, and on which account its money is collected: what is secret of that stays with us. */
  const shown = async (read: Reader, row: store.TenantRow) =>
    withAccount(presentTenant(row), await razorpayKeys(read, [row.id]));

  const assertPlan = async (id: string | null | undefined) => {
    if (id && !(await planExists(id)))
      throw new Problem("invalid_request", { message: `default_plan_id: there is no plan ${id}` });
  };

  router.post("/tenants", async (req, res) => {
    const fields = parse(NewTenant, req.body);
    await assertPlan(fields.default_plan_id);
    const act = { actor: actorOf(res), at: clock.wall(), secrets };
    const made = await db.transaction(async (tx) => {
      const tenant = await createTenant(tx, fields, act);
      if (fields.razorpay) await saveRazorpay(tx, tenant.id, fields.razorpay);
      return withAccount(tenant, await razorpayKeys(tx, [tenant.id]));
    });
    res.status(201).json(made);
  });

  router.get("/tenants", async (req, res) => {
    const { status, q, ...query } = parse(TenantQuery, req.query);
    const rows = await store.listTenants(db.read, query, { status, q });
    const keys = await razorpayKeys(
      db.read,
      rows.map(({ id }) => id),
    );
    res.json(pageOf(rows, query, (row) => withAccount(presentTenant(row), keys)));
  });

  router.get("/tenants/:id", async (req, res) => {
    res.json(await shown(db.read, await store.findTenant(db.read, req.params.id)));
  });

  router.patch("/tenants/:id", async (req, res) => {
    const patch = parse(TenantPatch, req.body);
    await assertPlan(patch.default_plan_id);
    const { id: tenant_id } = await store.findTenant(db.read, req.params.id);
    const replace = patch.razorpay === undefined ? null : await replaceRazorpay(tenant_id, patch.razorpay);
    const changed = await db.transaction(async (tx) => {
      const before = await store.findTenant(tx, req.params.id);
      const after = applyPatch(before, patch, { secrets });
      await assertFrozen(tx, before, after);
      const { id, ...columns } = after;
      const told = await shown(tx, before);
      const saved = await store.updateTenant(tx, id, columns);
      await replace?.(tx);
      const now = await shown(tx, saved);
      await audit(tx, { res, clock }, "tenant.changed", id, id, { before: told, after: now });
      return now;
    });
    res.json(changed);
  });
}

function withAccount<T extends { readonly id: TenantId }>(tenant: T, keys: ReadonlyMap<TenantId, string>) {
  const key_id = keys.get(tenant.id);
  return { ...tenant, razorpay: key_id === undefined ? null : { key_id } };
}

/** Who pays, and in what, cannot change once anything was held or granted: the books are kept by it. */
async function assertFrozen(tx: Tx, before: store.TenantRow, after: store.TenantRow): Promise<void> {
  if (before.billing === after.billing && before.currency === after.currency) return;
  if (!(await store.hasBooks(tx, before.id))) {
    await store.forgetCustomers(tx, before.id);
    return;
  }
  throw new Problem("conflict", { message: "billing and currency cannot change after the first grant or use." });
}

function userRoutes(router: Router, { db, clock }: TenantAdminParts) {
  router.get("/tenants/:id/users", async (req, res) => {
    const query = parse(PageQuery, req.query);
    const tenant = await store.findTenant(db.read, req.params.id);
    res.json(pageOf(await store.listUsers(db.read, tenant.id, query), query, presentUser));
  });

  router.post("/tenants/:id/users", async (req, res) => {
    const fields = parse(NewUser, req.body);
    const at = clock.wall();
    const user = await db.transaction(async (tx) => {
      const tenant = await store.findTenant(tx, req.params.id);
      const user = { ...fields, id: newId("user", at), tenant_id: tenant.id, created_at: at };
      await store.insertUser(tx, user);
      await audit(tx, { res, clock }, "user.created", tenant.id, user.id, { after: presentUser(user) });
      return user;
    });
    res.status(201).json(presentUser(user));
  });

  router.put("/tenants/:id/users", async (req, res) => {
    const { external_id, ...change } = parse(PutUser, req.body);
    const user = await db.transaction(async (tx) => {
      const tenant = await store.findTenant(tx, req.params.id);
      const before = await store.findUserByExternalId(tx, tenant.id, external_id);
      const made = before ?? (await store.ensureUser(tx, tenant.id, external_id, clock.wall()));
      const user = Object.keys(change).length ? await store.updateUser(tx, made.id, change) : made;
      await audit(tx, { res, clock }, before ? "user.changed" : "user.created", tenant.id, user.id, {
        before: before && presentUser(before),
        after: presentUser(user),
      });
      return user;
    });
    res.json(presentUser(user));
  });

  router.get("/users/:id", async (req, res) => {
    res.json(presentUser(await store.findUser(db.read, req.params.id)));
  });

  router.patch("/users/:id", async (req, res) => {
    const patch = parse(UserPatch, req.body);
    const user = await db.transaction(async (tx) => {
      const before = await store.findUser(tx, req.params.id);
      const user = Object.keys(patch).length ? await store.updateUser(tx, before.id, patch) : before;
      await audit(tx, { res, clock }, "user.changed", user.tenant_id, user.id, {
        before: presentUser(before),
        after: presentUser(user),
      });
      return user;
    });
    res.json(presentUser(user));
  });
}

function keyRoutes(router: Router, { db, clock, sandbox }: TenantAdminParts) {
  router.get("/tenants/:id/keys", async (req, res) => {
    const query = parse(PageQuery, req.query);
    const tenant = await store.findTenant(db.read, req.params.id);
    const keys = await store.listKeys(db.read, tenant.id, query);
    const prefixes = await store.listPrefixes(
      db.read,
      keys.map((key) => key.id),
    );
    res.json(pageOf(keys, query, (key) => presentKey(key, prefixes.get(key.id) ?? "")));
  });

  router.post("/tenants/:id/keys", async (req, res) => {
    const fields = parse(NewKey, req.body);
    const act = { actor: actorOf(res), at: clock.wall(), sandbox };
    res.status(201).json(await db.transaction((tx) => createKey(tx, req.params.id, fields, act)));
  });

  router.post("/keys/:id/rotate", async (req, res) => {
    const { overlap_seconds } = parse(Rotation, req.body);
    const at = clock.wall();
    const answer = await db.transaction(async (tx) => {
      const key = await store.findKey(tx, req.params.id);
      if (key.revoked_at !== null) throw new Problem("conflict", { message: "This key is revoked: create a new one." });
      const { secret, shown } = nextSecret(key, { at, sandbox });
      const former = (await store.listPrefixes(tx, [key.id])).get(key.id) ?? "";
      await store.rotateKey(tx, secret, at + overlap_seconds * 1000);
      await audit(tx, { res, clock }, "key.rotated", key.tenant_id, key.id, {
        before: presentKey(key, former),
        after: { ...presentKey(key, secret.prefix), overlap_seconds },
      });
      return { ...presentKey(key, secret.prefix), secret: shown };
    });
    res.status(201).json(answer);
  });

  router.delete("/keys/:id", async (req, res) => {
    await db.transaction(async (tx) => {
      const key = await store.findKey(tx, req.params.id);
      const revoked_at = clock.wall();
      await store.revokeKey(tx, key.id, revoked_at);
      const prefix = (await store.listPrefixes(tx, [key.id])).get(key.id) ?? "";
      await audit(tx, { res, clock }, "key.revoked", key.tenant_id, key.id, {
        before: presentKey(key, prefix),
        after: presentKey({ ...key, revoked_at: key.revoked_at ?? revoked_at }, prefix),
      });
    });
    res.status(204).end();
  });
}

function issuerRoutes(router: Router, { db, clock, secrets }: TenantAdminParts) {
  const paths = ["/tenants/:id/issuers", "/issuers"] as const;
  const ownerOf = async (ref: string | undefined): Promise<TenantId | null> =>
    ref === undefined ? null : (await store.findTenant(db.read, ref)).id;

  for (const path of paths) {
    router.get(path, async (req, res) => {
      const query = parse(PageQuery, req.query);
      const owner = await ownerOf((req.params as { id?: string }).id);
      res.json(pageOf(await store.listIssuers(db.read, owner, query), query, presentIssuer));
    });

    router.post(path, async (req, res) => {
      const fields = parse(NewIssuer, req.body);
      const tenant_id = await ownerOf((req.params as { id?: string }).id);
      const issuer = makeIssuer(fields, { tenant_id, at: clock.wall(), secrets });
      await db.transaction(async (tx) => {
        await store.insertIssuer(tx, issuer);
        await audit(tx, { res, clock }, "issuer.created", tenant_id, issuer.id, { after: presentIssuer(issuer) });
      });
      res.status(201).json(presentIssuer(issuer));
    });

    router.delete(`${path}/:issuer_id`, async (req, res) => {
      const { id, issuer_id } = req.params as { id?: string; issuer_id: string };
      const tenant_id = await ownerOf(id);
      await db.transaction(async (tx) => {
        const issuer = await store.deleteIssuer(tx, tenant_id, issuer_id);
        await audit(tx, { res, clock }, "issuer.deleted", tenant_id, issuer.id, { before: presentIssuer(issuer) });
      });
      res.status(204).end();
    });
  }
}

function presetRoutes(router: Router, { db, clock }: TenantAdminParts) {
  const present = (rows: readonly store.PresetRow[]) => ({
    presets: Object.fromEntries(rows.map((row) => [row.name, row.body])),
  });

  router.get("/tenants/:id/presets", async (req, res) => {
    const tenant = await store.findTenant(db.read, req.params.id);
    res.json(present(await store.listPresets(db.read, tenant.id)));
  });

  router.put("/tenants/:id/presets", async (req, res) => {
    const { presets } = parse(Presets, req.body);
    const at = clock.wall();
    const rows = await db.transaction(async (tx) => {
      const { id: tenant_id } = await store.findTenant(tx, req.params.id);
      const before = await store.listPresets(tx, tenant_id);
      const rows = Object.entries(presets).map(([name, body]) => ({ tenant_id, name, body, updated_at: at }));
      await store.replacePresets(tx, tenant_id, rows);
      await audit(tx, { res, clock }, "presets.replaced", tenant_id, tenant_id, {
        before: present(before),
        after: { presets },
      });
      return rows;
    });
    res.json(present(rows));
  });
}

function audit(
  tx: Tx,
  { res, clock }: { readonly res: Response; readonly clock: Clock },
  action: string,
  tenant_id: TenantId | null,
  subject_id: string,
  change: { before?: unknown; after?: unknown },
): Promise<void> {
  return recordAudit(tx, { actor: actorOf(res), action, tenant_id, subject_id, ...change, at: clock.wall() });
}
