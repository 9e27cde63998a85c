import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openCollectors } from "../../src/billing/razorpay/collectors.ts";
import { openCatalog } from "../../src/catalog/catalog.ts";
import { type ImportParts, importCustomers } from "../../src/import/customers.ts";
import { COLUMNS } from "../../src/import/line.ts";
import { secretsFrom } from "../../src/tenants/seal.ts";
import { openShop, type Shop } from "../billing/shop.ts";
import { elsewhere } from "../billing/subscriptions/elsewhere.ts";
import { TEST_ACTOR } from "../support/secrets.ts";
import { ROOT_SECRET } from "../support/world.ts";

let shop: Shop;
let old: ReturnType<typeof elsewhere>;
let parts: ImportParts;
let oldPlan: string;
beforeAll(async () => {
  shop = await openShop();
  old = elsewhere(shop);
  const { db, clock } = shop;
  const secrets = secretsFrom(ROOT_SECRET);
  const { key_id, key_secret } = shop.account;
  const operator = { key_id, key_secret, webhook_secrets: [] };
  parts = {
    ...{ db, clock, secrets, actor: TEST_ACTOR, log: pino({ level: "silent" }), catalogs: openCatalog({ db, clock }) },
    collectors: openCollectors({ db, clock, secrets, base_url: shop.razorpay.url, operator }),
  };
  await shop.plan({ name: "Team", price_paise: 100_000, included_micros: 800_000_000 });
  await shop.plan({ name: "Pay as you go", price_paise: 0, collection: "prepaid" });
  oldPlan = await old.plan(118_000);
});
afterAll(() => shop.close());

type Fields = Partial<Record<(typeof COLUMNS)[number], string>>;

let made = 0;
let name = "";
beforeEach(() => {
  name = `acme-${++made}`;
});

/** A customer with everything that a profile needs. */
const customer = (fields: Fields = {}): Fields => ({
  ...{ external_id: name, name: "Acme, Ltd", email: "pay@acme.example", contact: "9800000000" },
  ...{ address_line1: '1 "MG" Road', city: "Bengaluru", postal_code: "560001", state_code: "29" },
  ...fields,
});

const csv = (...rows: Fields[]): string =>
  [COLUMNS, ...rows.map((row) => COLUMNS.map((column) => row[column] ?? ""))]
    .map((cells) => cells.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(","))
    .join("\r\n");

const run = (text: string, apply: boolean) => importCustomers(parts, text, { apply });
const tenants = async () => (await shop.admin<{ data: unknown[] }>("GET", "tenants?limit=1000")).data.length;

test("a line is looked at, then done, and then there is nothing left of it to do", async () => {
  const razorpay_subscription_id = await old.subscription(oldPlan);
  const token = await old.token(`${name}@example.com`, { contact: "+919822222222" });
  const file = csv(customer({ plan: "Team", razorpay_subscription_id, balance: "1500.50", ...token }));
  const before = await tenants();

  const looked = await run(file, false);
  expect(looked).toMatchObject({ applied: false, lines: 1, changed: 1, problems: [] });
  expect(looked.customers[0]?.does).toEqual([
    `create the tenant ${name}`,
    "set the billing profile",
    "give the balance of 1500.5 INR",
    `take over the mandate ${token.token_id}`,
    `take over the subscription ${razorpay_subscription_id}`,
  ]);
  expect(await tenants()).toBe(before);

  expect(await run(file, true)).toMatchObject({ applied: true, changed: 1, customers: looked.customers, problems: [] });
  const found = () => shop.admin("GET", `tenants/ext:${name}/billing`);
  expect(await found()).toMatchObject({
    ...{ standing: "ok", mandate: { max_amount_paise: 1_000_000 } },
    grants: [
      { kind: "prepaid", amount_micros: 1_500_500_000 },
      { kind: "included", amount_micros: 800_000_000 },
    ],
  });
  expect(await shop.admin("GET", `tenants/ext:${name}/billing_profile`)).toMatchObject({
    ...{ name: "Acme, Ltd", contact: "+919800000000", address: { line1: '1 "MG" Road' } },
  });
  const after = await found();
  expect(await run(file, true)).toMatchObject({ changed: 0, unchanged: 1, problems: [] });
  expect(await found()).toEqual(after);
  await shop.balanced();
});

test("a plan that is paid in advance begins with the line; one that must be approved at Razorpay is left to the customer", async () => {
  const report = await run(csv(customer({ plan: "Pay as you go" })), true);
  expect(report.problems).toEqual([]);
  expect(await shop.admin("GET", `tenants/ext:${name}/subscription`)).toMatchObject({ status: "active" });
  name = `acme-${++made}`;
  const refused = await run(csv(customer({ plan: "Team" })), true);
  expect(refused.problems[0]?.message).toMatch(/only the customer can approve/);
  await expect(shop.admin("GET", `tenants/ext:${name}`)).rejects.toThrow(/404/);
});

test("a user pays for itself where its tenant bills each of them", async () => {
  await shop.admin("POST", "tenants", { name: "Each pays", external_id: name, billing: "user" });
  const file = csv(customer({ user_external_id: "asha", balance: "20" }), customer({ user_external_id: "ravi" }));
  expect(await run(file, true)).toMatchObject({ changed: 2, problems: [] });
  const { data } = await shop.admin<{ data: { id: string; external_id: string }[] }>(
    "GET",
    `tenants/ext:${name}/users`,
  );
  const asha = data.find(({ external_id }) => external_id === "asha");
  expect(await shop.admin("GET", `users/${asha?.id}/billing`)).toMatchObject({
    grants: [{ amount_micros: 20_000_000 }],
  });
  expect(await run(csv(customer()), true)).toMatchObject({
    problems: [{ message: expect.stringContaining("which one is it?") }],
  });
});

test("what the customer has changed since is left as it is, and a balance is never given twice", async () => {
  await run(csv(customer({ balance: "100" })), true);
  const path = `tenants/ext:${name}/billing_profile`;
  const {
    state: _,
    customer_id: __,
    tenant_id: ___,
    created_at: ____,
    updated_at: _____,
    ...profile
  } = await shop.admin("GET", path);
  await shop.admin("PUT", path, { ...profile, email: "new@acme.example" });
  expect(await run(csv(customer({ balance: "100.00" })), true)).toMatchObject({ changed: 0, problems: [] });
  expect(await shop.admin("GET", path)).toMatchObject({ email: "new@acme.example" });
  expect(await run(csv(customer({ balance: "150" })), true)).toMatchObject({
    changed: 0,
    problems: [{ message: expect.stringContaining("was imported before") }],
  });
  expect(await shop.admin("GET", `tenants/ext:${name}/billing`)).toMatchObject({
    grants: [{ amount_micros: 100_000_000 }],
  });
  await shop.balanced();
});

describe("a line that is wrong", () => {
  test("is named with what is wrong, changes nothing, and stops no other", async () => {
    const dear = await old.subscription(await old.plan(999_900));
    const good = `${name}-good`;
    const file = csv(
      customer({ state_code: "" }),
      customer({ external_id: good }),
      customer({ external_id: `${name}-b`, contact: "12", gstin: "29AAAAA0000A1Z0" }),
      customer({ external_id: `${name}-c`, balance: "-5" }),
      customer({ external_id: `${name}-d`, balance: "1,500" }),
      customer({ external_id: good }),
      customer({ external_id: `${name}-e`, plan: "Team", razorpay_subscription_id: dear }),
      customer({ external_id: `${name}-f`, razorpay_subscription_id: dear }),
      customer({ external_id: `${name}-g`, plan: "None" }),
      customer({ external_id: `${name}-h`, plan: "Team", razorpay_subscription_id: "sub_AAAAAAAAAAAAAA" }),
      customer({ external_id: `${name}-i`, token_id: "token_AAAAAAAAAAAAAA" }),
    );
    const before = await tenants();
    const { problems, changed } = await run(file, true);
    expect(changed).toBe(1);
    expect(await tenants()).toBe(before + 1);
    expect(problems.map(({ line, message }) => [line, message])).toEqual([
      [2, expect.stringMatching(/^state_code: needed for a billing profile/)],
      [4, expect.stringMatching(/contact: must be a telephone number.*gstin: is no GSTIN/)],
      [5, expect.stringMatching(/^balance: must be an amount/)],
      [6, "balance: must be an amount such as 1500 or 1500.50, without commas or a sign"],
      [7, "external_id: stands on line 3 already"],
      [8, expect.stringMatching(/charges 999900 paise and the plan costs 118000/)],
      [9, expect.stringMatching(/^razorpay_subscription_id: stands on line 8 already; plan: is needed/)],
      [10, "plan: there is no plan None"],
      [11, expect.stringMatching(/knows no such subscription/)],
      [12, expect.stringMatching(/^razorpay_customer_id: is needed/)],
    ]);
  });

  test("is told everything that is wrong with it at once: its fields, its profile, what stands elsewhere, and what it asks for", async () => {
    await run(csv(customer({ balance: "100" })), true);
    const file = csv(
      customer({ external_id: `${name}-a`, currency: "rupees", token_id: "token_x", city: "", email: "nobody" }),
      customer({ external_id: `${name}-b` }),
      customer({ external_id: `${name}-b`, timezone: "Here", razorpay_subscription_id: "sub_AAAAAAAAAAAAAA" }),
      customer({ balance: "150", plan: "None", token_id: "token_AAAAAAAAAAAAAA", razorpay_customer_id: "cust_x" }),
      customer({ balance: "150", plan: "None" }),
    );
    const { problems } = await run(file, false);
    const words = problems.map(({ line, message }) => [line, message.split("; ").map((fault) => fault.split(":")[0])]);
    expect(words).toEqual([
      [2, ["currency", "token_id", "razorpay_customer_id", "city", "email"]],
      [4, ["external_id", "timezone", "plan"]],
      [5, ["razorpay_customer_id"]],
      [6, ["balance", "plan"]],
    ]);
  });

  test("because Razorpay does not answer is tried again by running it again", async () => {
    const razorpay_subscription_id = await old.subscription(oldPlan);
    const file = csv(customer({ plan: "Team", razorpay_subscription_id }));
    const undo = shop.account.faults.impose({ method: "GET", path: /^\/subscriptions\//, fault: "500" });
    expect((await run(file, true)).problems).toHaveLength(1);
    undo();
    expect(await run(file, true)).toMatchObject({ changed: 1, problems: [] });
    expect(await shop.admin("GET", `tenants/ext:${name}/subscription`)).toMatchObject({ status: "active" });
  });
});
