import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as t from "../../src/db/schema.ts";
import { DAY, HOUR, iso, MINUTE } from "../../src/kernel/clock.ts";
import { beating } from "../../src/reconcile/lease.ts";
import { reconcileOnce } from "../../src/reconcile/once.ts";
import { beginRun, finishRun } from "../../src/reconcile/run.ts";
import { findRun } from "../../src/reconcile/store.ts";
import { openShop, type Shop } from "../billing/shop.ts";
import { asAdmin, ask } from "../http/ask.ts";
import { TEST_ACTOR } from "../support/secrets.ts";
import { provingParts } from "./month.ts";
import { altered } from "./plant.ts";

let shop: Shop;
let proving: ReturnType<typeof provingParts>;
let span: { from: string; to: string };
beforeAll(async () => {
  shop = await openShop({ providerOnClock: true });
  proving = provingParts(shop);
  const from = iso(shop.clock.now()).slice(0, 10);
  const customer = await shop.customer();
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", {
    credit_micros: 500_000_000,
  });
  await shop.account.person.pay(order_id, { method: "upi" });
  await shop.pass(HOUR);
  await customer.spend(1_000_000);
  await shop.pass(3 * DAY);
  span = { from, to: iso(shop.clock.now()).slice(0, 10) };
});
afterAll(async () => {
  await proving.close();
  await shop.close();
});

const asked = () => ({ from: Date.parse(span.from), to: Date.parse(span.to), repair: false });
/** A part of a grant is held by nobody. */
const held = (amount = 500) => altered(shop.db, t.grants, eq(t.grants.kind, "prepaid"), () => ({ held: amount }));

test("an administrator begins a run, sees how far it is, what it found, and what has changed since another", async () => {
  const undo = await held();
  const begun = await asAdmin<{ id: string; status: string }>(shop, "POST", "reconciliations", {
    ...span,
    repair: false,
  });
  expect(begun).toMatchObject({ status: 202, body: { progress: { of: expect.any(Number) } } });
  const found = async (id: string) => (await asAdmin<Shown>(shop, "GET", `reconciliations/${id}`)).body;
  await expect.poll(async () => (await found(begun.body.id)).status, { timeout: 30_000 }).toBe("done");
  const first = await found(begun.body.id);
  expect(first).toMatchObject({ findings_count: 1, repaired_count: 0 });
  expect(first.findings.data).toMatchObject([
    { kind: "grant_held_differs", severity: "warning", local: { held: 0 }, remote: { held: 500 }, repaired: false },
  ]);

  const repairing = await asAdmin<{ id: string }>(shop, "POST", "reconciliations", { ...span, repair: true });
  await expect.poll(async () => (await found(repairing.body.id)).status, { timeout: 30_000 }).toBe("done");
  expect(await found(repairing.body.id)).toMatchObject({ findings_count: 1, repaired_count: 1 });

  const clean = await asAdmin<{ id: string }>(shop, "POST", "reconciliations", { ...span, repair: false });
  await expect.poll(async () => (await found(clean.body.id)).status, { timeout: 30_000 }).toBe("done");
  const compared = await asAdmin<Shown>(shop, "GET", `reconciliations/${clean.body.id}?against=${begun.body.id}`);
  expect(compared.body).toMatchObject({
    findings_count: 0,
    compared: { appeared: [], gone: [{ kind: "grant_held_differs" }], still: [] },
  });
  await undo();
});

interface Listed {
  readonly data: readonly Record<string, unknown>[];
}
interface Shown {
  readonly status: string;
  readonly findings: Listed;
}

test("one finding is repaired by itself, when its run is done, and once", async () => {
  const undo = await held(300);
  const begun = await asAdmin<{ id: string }>(shop, "POST", "reconciliations", { ...span, repair: false });
  const path = `reconciliations/${begun.body.id}`;
  const found = async () => (await asAdmin<Shown>(shop, "GET", path)).body;
  await expect.poll(async () => (await found()).status, { timeout: 30_000 }).toBe("done");
  const [finding] = (await found()).findings.data;
  expect(finding).toMatchObject({ kind: "grant_held_differs", repairable: true });
  const repair = () => asAdmin(shop, "POST", `${path}/findings/${finding?.id}/repair`, {});
  expect(await repair()).toMatchObject({ status: 200, body: { repaired: true, repairable: false } });
  expect(await repair()).toMatchObject({ status: 409 });
  const lines = await asAdmin(shop, "GET", `audit?subject_id=${finding?.id}`);
  expect(lines.body.data).toMatchObject([
    { action: "finding.repaired", actor: "admin", before: { repaired: false }, after: { asked: "repair" } },
  ]);
  const listed = await asAdmin(shop, "GET", `${path}/findings?kind=grant_held_differs`);
  expect(listed.body).toMatchObject({ data: [{ id: finding?.id, repaired: true }], has_more: false });
  expect(await found()).toMatchObject({ findings_count: 1, repaired_count: 1 });
  const written = await asAdmin<Listed>(shop, "GET", `audit?subject_id=${finding?.id}`);
  expect(written.body.data).toMatchObject([{ action: "finding.repaired", before: { repaired: false } }]);
  expect(await asAdmin(shop, "POST", `${path}/findings/fnd_none/repair`, {})).toMatchObject({ status: 404 });
  await undo();
});

test("the operator is told of a finding once, however many nights it stands", async () => {
  const undo = await held(700);
  for (let night = 0; night < 3; night++)
    await reconcileOnce(proving.parts, { ...span, repair: false }, { actor: TEST_ACTOR });
  await undo();
  const { data } = await shop.admin<{ data: { tenant_id: string | null; data: Record<string, unknown> }[] }>(
    "GET",
    "alerts?type=reconciliation.finding&limit=100",
  );
  const told = data.filter((alert) => (alert.data.remote as { held?: number } | null)?.held === 700);
  expect(told).toMatchObject([{ tenant_id: null, data: { kind: "grant_held_differs", side: "books" } }]);
});

test("where the provider cannot be asked its side is left out, and the others are proved", async () => {
  shop.sandbox.reports.knobs.failures = 1_000;
  const { parts } = proving;
  const hasty = { ...parts, provider: parts.provider && { ...parts.provider, pauseMs: 1 } };
  const run = await reconcileOnce(hasty, { ...span, repair: false }, { actor: TEST_ACTOR });
  shop.sandbox.reports.knobs.failures = 0;
  expect(run).toMatchObject({ status: "done", findings: [], left_out: { provider: expect.stringContaining("500") } });
  expect(run.looked_at.payments).toBeGreaterThan(0);
});

test("a span that is not over, is none, or does not begin with a day is refused in words", async () => {
  const tried = async (body: object) => (await asAdmin(shop, "POST", "reconciliations", body)).text;
  const later = iso(shop.clock.now() + 30 * DAY).slice(0, 10);
  expect(await tried({ from: span.from, to: later })).toContain("cannot be proved");
  expect(await tried({ from: span.to, to: span.from })).toContain("must be later than from");
  expect(await tried({ from: `${span.from}T10:00:00Z`, to: span.to })).toContain("beginning of a day in UTC");
  expect((await ask(shop, "/api/admin/reconciliations")).status).toBe(401);
  expect(await findRun(shop.db.read, "rec_unknown")).toBeUndefined();
});

test("a run that died goes on where it was, and finds what it would have found", async () => {
  // Nobody else is to pick it up meanwhile.
  await shop.app.jobs.close();
  const undo = await held();
  const { parts } = proving;
  const run = await beginRun(parts, asked(), { actor: TEST_ACTOR });
  const dies = finishRun(parts, run.id, {
    onProgress: ({ step }) => {
      if (step === 5) throw new Error("the process died");
    },
  });
  await expect(dies).rejects.toThrow("the process died");
  expect(await finishRun(parts, run.id), "nobody else works on it while its lease lasts").toBeNull();
  const left = (await findRun(parts.db.read, run.id))!.leased_until - parts.clock.wall();
  expect(left, "which is well within a minute").toBeLessThan(MINUTE);
  // Its lease runs out.
  await shop.db.transaction(async (tx) => {
    await tx.update(t.reconciliations).set({ leased_until: 0 }).where(eq(t.reconciliations.id, run.id));
  });
  const steps: number[] = [];
  const over = await finishRun(parts, run.id, { onProgress: ({ step }) => steps.push(step) });
  expect(steps[0]).toBe(5);
  expect(over).toMatchObject({ state: "done", step: run.plan.length });
  const { findings } = await reconcileOnce(parts, { ...span, repair: false }, { actor: TEST_ACTOR });
  expect(findings.map(({ kind }) => kind)).toEqual(["grant_held_differs"]);
  await undo();
});

test("a part that takes long keeps its run, until another process has taken it", async () => {
  const { parts } = proving;
  const { id } = await beginRun(parts, { ...asked(), to: asked().to - DAY }, { actor: TEST_ACTOR });
  const leased = async () => (await findRun(parts.db.read, id))!;
  const beats = beating(parts, await leased(), 1);
  const first = (await leased()).leased_until;
  await expect.poll(async () => (await leased()).leased_until).toBeGreaterThan(first + 1);
  const own = await beats.end();
  expect(own.leased_until).toBe((await leased()).leased_until);
  const late = beating(parts, own, 1);
  await shop.db.transaction((tx) =>
    tx.update(t.reconciliations).set({ leased_until: 0 }).where(eq(t.reconciliations.id, id)),
  );
  await expect.poll(() => late.held()).toBe(false);
  await late.end();
  expect((await leased()).leased_until).toBe(0);
});
