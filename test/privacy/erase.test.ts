import { Writable } from "node:stream";
import { getTableName, isTable } from "drizzle-orm";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listRecentAudit } from "../../src/db/audit.ts";
import * as schema from "../../src/db/schema.ts";
import { DAY, iso } from "../../src/kernel/clock.ts";
import { OF_NOBODY, PLACES } from "../../src/privacy/places/store.ts";
import { reconcileOnce } from "../../src/reconcile/once.ts";
import { openShop, type Shop } from "../billing/shop.ts";
import { asAdmin, ask, expectRefusal } from "../http/ask.ts";
import { provingParts } from "../reconcile/month.ts";
import { TEST_ACTOR } from "../support/secrets.ts";
import { ADMIN_TOKEN } from "../support/world.ts";
import { type Asha, CONTACT, EMAIL, EXTERNAL_ID, liveAsAsha, NAME, STATUTORY, STRINGS } from "./asha.ts";
import { dump, places } from "./dump.ts";

let shop: Shop;
let asha: Asha;
let began = 0;
let log = "";
beforeAll(async () => {
  const sink = new Writable({
    write(chunk, _encoding, done) {
      log += String(chunk);
      done();
    },
  });
  shop = await openShop({ log: pino({ level: "debug" }, sink), providerOnClock: true });
  began = shop.clock.now();
  asha = await liveAsAsha(shop);
});
afterAll(() => shop.close());

interface Export {
  readonly tables: Record<string, Record<string, unknown>[]>;
  readonly complete: boolean;
}
const exported = () => asAdmin<Export>(shop, "GET", `users/${asha.id}/export`);
const erase = () => shop.admin<{ rows: Record<string, number>; kept: string[] }>("POST", `users/${asha.id}/erase`, {});

test("every table is known to be about end users, or about nobody", () => {
  const tables = Object.values(schema).filter((value) => isTable(value));
  const known = [...PLACES.map(({ name }) => name), ...OF_NOBODY];
  expect(known.toSorted()).toEqual(tables.map(getTableName).sort());
  expect(PLACES.map(({ name, table }) => [name, getTableName(table)]).filter(([a, b]) => a !== b)).toEqual([]);
});

test("an export has everything that names her, and nothing of anybody else", async () => {
  const { status, headers, text, body } = await exported();
  expect([status, headers.get("cache-control"), body.complete]).toEqual([200, "private, no-store", true]);
  const filled = Object.keys(body.tables).filter((table) => body.tables[table]!.length);
  expect(filled).toEqual(
    expect.arrayContaining([
      ...["users", "usage_events", "usage_detail", "usage_whole", "holds", "grants", "customers", "topups"],
      ...["invoices", "payments", "transfers", "entries", "razorpay_customers", "mails", "claims", "webhook_events"],
      ...["audit", "api_keys", "billing_profiles", "idempotency"],
    ]),
  );
  expect(body.tables.users).toMatchObject([{ id: asha.id, external_id: EXTERNAL_ID, name: NAME }]);
  for (const text of [...STRINGS, ...STATUTORY]) expect(JSON.stringify(body), text).toContain(text);
  expect(body.tables.usage_events).toHaveLength(1);
  expect(text).not.toContain("Somebody Else");
  // Not even to her: what opens doors.
  for (const row of [...body.tables.key_secrets!, ...body.tables.idempotency!])
    expect(Object.keys(row)).not.toEqual(expect.arrayContaining(["hash"]));
  // Where an administrator sat is their own business.
  expect(body.tables.audit!.map(({ actor }) => actor)).toContain("admin");
  for (const row of body.tables.audit!)
    expect(Object.keys(row).filter((name) => /^(address|agent)$/.test(name))).toEqual([]);
});

test("before she is erased the database is full of her, and nothing is in the log", async () => {
  const all = await dump(shop);
  const tables = new Set(places(all, [...STRINGS, ...STATUTORY]).map((place) => place.split(":")[0]));
  expect([...tables].sort()).toEqual([
    ...["api_keys", "audit", "billing_profiles", "claims", "grants", "holds", "idempotency (unsealed)", "invoices"],
    ...["mails", "usage_all", "usage_detail", "usage_events", "usage_whole", "users", "webhook_events"],
  ]);
  expect([...STRINGS, ...STATUTORY].filter((text) => log.includes(text))).toEqual([]);
  expect(log).toContain("/api/admin/users/ext:-/credits");
});

test("an erasure waits for what is under way, and says what is to be done", async () => {
  const { body: mandate } = await asha.call("POST", "/api/billing/mandate", {
    ...{ max_amount_paise: 100_000, method: "upi" },
  });
  const refused = await asAdmin(shop, "POST", `users/${asha.id}/erase`, {});
  expectRefusal(refused, { status: 409, code: "conflict", says: /end the mandate/ });
  expect(refused.text).toContain(String(mandate.id));
  // She can still use what she has.
  expect((await asha.call("GET", "/api/quota")).status).toBe(200);
  await asha.call("DELETE", `/api/billing/mandate/${mandate.id}`);
  // The rupee that registered her first mandate is on its way back.
  await shop.pass(10 * DAY);
});

test("erased, she is gone from every column of every table; her tax invoices and the books stay whole", async () => {
  const usage = async () => (await shop.admin<{ totals: unknown }>("GET", `tenants/${asha.tenant.id}/usage`)).totals;
  const before = {
    wallet: await shop.standing("wallet"),
    usage: await usage(),
    entries: (await dump(shop)).get("entries"),
  };
  const invoices = await shop.db.read.select().from(schema.invoices).orderBy(schema.invoices.id);

  const { rows, kept } = await erase();
  expect(rows).toMatchObject({ users: 2, billing_profiles: 1, usage_events: 2, webhook_events: expect.any(Number) });
  expect(kept.join()).toContain("1 tax invoices");

  const all = await dump(shop);
  expect(places(all, STRINGS)).toEqual([]);
  expect(places(all, STATUTORY)).toEqual(STATUTORY.map((text) => `invoices: ${text}`).sort());
  expect(log).not.toContain(EMAIL);
  const again = await exported();
  expect([...STRINGS, CONTACT].filter((text) => again.text.includes(text))).toEqual([]);

  expect(await shop.standing("wallet")).toBe(before.wallet);
  expect(await usage()).toEqual(before.usage);
  expect(all.get("entries")).toEqual(before.entries);
  await shop.balanced();
  const kept_invoices = await shop.db.read.select().from(schema.invoices).orderBy(schema.invoices.id);
  expect(kept_invoices.map(({ buyer, ...rest }) => rest)).toEqual(invoices.map(({ buyer, ...rest }) => rest));
  for (const { id } of kept_invoices)
    expect((await asAdmin(shop, "GET", `invoices/${id}.html`)).text).toContain(STATUTORY[1]);
});

test("the books of one who is erased, tags and all, still prove themselves, and agree with the provider and with Razorpay", async () => {
  const proving = provingParts(shop);
  try {
    const day = (at: number) => iso(at).slice(0, 10);
    const span = { from: day(began), to: day(shop.clock.now()), repair: false };
    const run = await reconcileOnce(proving.parts, span, { actor: TEST_ACTOR });
    expect(run.findings.map(({ kind, subject, local, remote }) => ({ kind, subject, local, remote }))).toEqual([]);
    expect(run).toMatchObject({ status: "done", left_out: {}, sides: ["books", "provider", "collector"] });
    expect(run.looked_at.payments).toBeGreaterThan(0);
  } finally {
    await proving.close();
  }
});

test("whoever else is there keeps what is theirs", async () => {
  const { data } = await shop.admin<{ data: { external_id: string; name: string | null }[] }>(
    ...(["GET", `tenants/${asha.tenant.id}/users`] as const),
  );
  expect(data.map(({ external_id, name }) => [external_id, name])).toEqual([
    ["third", "brother of [erased]"],
    ["somebody-else", "Somebody Else"],
    [`erased_${asha.id}`, null],
  ]);
  const events = await shop.db.read.select().from(schema.usageEvents);
  expect(events.map(({ tags }) => tags)).toEqual(expect.arrayContaining([{}, { feature: "letters" }]));
});

test("erasing again changes nothing more, and each time is in the audit log", async () => {
  expect((await erase()).rows).toEqual({});
  const lines = (await listRecentAudit(shop.db.read, 0)).filter(({ subject_id }) => subject_id === asha.id);
  expect(lines.filter(({ action }) => action === "user.erased")).toHaveLength(2);
  expect(lines.filter(({ action }) => action === "user.exported")).toHaveLength(2);
});

test("a repeated request whose kept answer named her is not done again, and what she was told is gone", async () => {
  const repeated = await ask(shop, `/api/admin/tenants/${asha.tenant.id}/users`, {
    ...{ method: "POST", json: { external_id: "third", name: `brother of ${NAME}` } },
    ...{ bearer: ADMIN_TOKEN, headers: { "idempotency-key": "an admin-s" } },
  });
  expect(repeated).toMatchObject({ status: 410, body: { type: "error", error: { code: "answer_erased" } } });
});

test("what Razorpay still says of her brings nothing back", async () => {
  await shop.pass(2 * DAY);
  expect(places(await dump(shop), STRINGS)).toEqual([]);
});

test("whoever calls under her external id again is a new user, and she is shut out until then", async () => {
  const { token } = await asha.tenant.api<{ token: string }>("POST", "auth/token", { sub: EXTERNAL_ID });
  const me = await ask<{ user: { id: string } }>(shop, "/api/me", { bearer: token });
  expect(me.body.user.id).not.toBe(asha.id);
});

test("a namesake of somebody who is erased keeps the name", async () => {
  const name = "Rajesh Kumar";
  const users = `tenants/${asha.tenant.id}/users`;
  const one = await shop.admin<{ id: string }>("POST", users, { external_id: "rajesh-one-77", name });
  const two = await shop.admin<{ id: string }>("POST", users, { external_id: "rajesh-two-78", name });
  await shop.admin("POST", `tenants/${asha.tenant.id}/keys`, { name: `phone of ${name}`, user_id: two.id });
  await shop.admin("POST", `users/${one.id}/erase`, {});
  const of = (all: ReadonlyMap<string, readonly string[]>, id: string, text: string) =>
    [...all].flatMap(([table, rows]) => (rows.some((row) => row.includes(id) && row.includes(text)) ? [table] : []));
  const all = await dump(shop);
  expect(places(all, ["rajesh-one-77"])).toEqual([]);
  expect(of(all, one.id, name)).toEqual([]);
  expect(of(all, two.id, name)).toEqual(expect.arrayContaining(["api_keys", "audit", "users"]));
});
