import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DOCUMENT_CSP } from "../../../src/billing/documents/html.ts";
import { HOUR } from "../../../src/kernel/clock.ts";
import { ask } from "../../http/ask.ts";
import { ADMIN_TOKEN } from "../../support/world.ts";
import { type Customer, openShop, PROFILE, type Shop } from "../shop.ts";

let shop: Shop;
let customer: Customer;
let documents: { invoice: { id: string; number: string }; note: { id: string; number: string } };
beforeAll(async () => {
  shop = await openShop();
  await shop.admin("PUT", "sellers/operator", {
    ...{ legal_name: "Operator & Sons Pvt Ltd", gstin: "29AAGCB7383J1Z4", state_code: "29", address: PROFILE.address },
  });
  customer = await shop.customer({ state_code: "27" });
  await customer.api("PUT", "billing/profile", { ...PROFILE, name: "<b>आशा</b> Traders", state_code: "27" });
  documents = await toppedUpAndRefunded();
});
afterAll(() => shop.close());

/** Credit that was bought, and the half of it that was given back. */
async function toppedUpAndRefunded() {
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", {
    credit_micros: 100_000_000,
  });
  const { razorpay_payment_id: payment_id } = await shop.account.person.pay(order_id, { method: "upi" });
  await shop.pass(0);
  await shop.admin("POST", "refunds", { payment_id, amount_paise: 5_900, reason: "half of it" });
  await shop.pass(2 * HOUR);
  const { data } = await customer.api<{ data: { id: string; number: string }[] }>("GET", "billing/invoices");
  const full = await customer.api<{ credit_notes: { id: string; number: string }[] }>(
    "GET",
    `billing/invoices/${data[0]!.id}`,
  );
  return { invoice: data[0]!, note: full.credit_notes[0]!, payment_id };
}

const get = (path: string, key?: string) =>
  fetch(`${shop.url}/api/${path}`, {
    headers: key === undefined ? { authorization: `Bearer ${ADMIN_TOKEN}` } : { "x-api-key": key },
  });
const doors = () => [
  { prefix: "admin", key: undefined },
  { prefix: "billing", key: customer.key },
];

describe("a document is shown to the administrator, and to whom it was issued,", () => {
  test("as a PDF that has its number for a name", async () => {
    for (const { prefix, key } of doors()) {
      for (const [list, { id, number }] of [
        ["invoices", documents.invoice],
        ["credit_notes", documents.note],
      ] as const) {
        const answer = await get(`${prefix}/${list}/${id}.pdf`, key);
        expect(answer.status).toBe(200);
        expect(answer.headers.get("content-type")).toBe("application/pdf");
        expect(answer.headers.get("content-disposition")).toBe(`inline; filename="${number.replaceAll("/", "-")}.pdf"`);
        expect(answer.headers.get("cache-control")).toBe("private, no-store");
        expect(
          Buffer.from(await answer.arrayBuffer())
            .subarray(0, 5)
            .toString(),
        ).toBe("%PDF-");
      }
    }
  });

  test("as a page without scripts, whose policy allows nothing but its own style", async () => {
    for (const { prefix, key } of doors()) {
      const answer = await get(`${prefix}/invoices/${documents.invoice.id}.html`, key);
      expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(answer.headers.get("content-security-policy")).toBe(DOCUMENT_CSP);
      const page = await answer.text();
      for (const said of [
        ...[documents.invoice.number, "Operator &amp; Sons Pvt Ltd", "GSTIN: 29AAGCB7383J1Z4", "27-Maharashtra"],
        ...["&lt;b&gt;आशा&lt;/b&gt; Traders", "IGST 18%", "₹118.00", "Rupees one hundred and eighteen only", "pay_"],
      ]) {
        expect(page).toContain(said);
      }
    }
    const note = await (await get(`admin/credit_notes/${documents.note.id}.html`)).text();
    for (const said of [`${documents.invoice.number} of `, "half of it", "₹59.00", "rfnd_"])
      expect(note).toContain(said);
  });
});

test("a document is shown to nobody else, and not under the id of another kind", async () => {
  const other = await shop.customer();
  const { invoice, note } = documents;
  for (const ending of ["pdf", "html"]) {
    for (const path of [
      ...[`invoices/${invoice.id}`, `credit_notes/${note.id}`, `invoices/${note.id}`, `credit_notes/${invoice.id}`],
      ...["invoices/tgi_unknown", "credit_notes/tgn_unknown"],
    ]) {
      const answer = await get(`billing/${path}.${ending}`, other.key);
      expect(answer.status, path).toBe(404);
      expect(await answer.json()).toMatchObject({ error: { code: "not_found", message: /There is no such/ } });
    }
    expect((await get(`admin/invoices/${note.id}.${ending}`)).status).toBe(404);
  }
});

test("where each user pays, one's document is not shown to another", async () => {
  const { key } = await shop.tenant({
    fields: { currency: "INR", billing: "user" },
    key: { scopes: ["inference", "tokens:issue"] },
  });
  const tokens = new Map<string, string>();
  for (const sub of ["ann", "bob"]) {
    const { body } = await ask<{ token: string }>(shop, "/api/auth/token", { key, json: { sub } });
    tokens.set(sub, body.token);
  }
  const as = (user: string, method: string, path: string, json?: unknown) =>
    ask(shop, `/api/billing/${path}`, { method, bearer: tokens.get(user)!, json });
  for (const user of ["ann", "bob"]) expect((await as(user, "PUT", "profile", PROFILE)).status).toBe(200);
  const topup = await as("ann", "POST", "topups", { credit_micros: 10_000_000 });
  await shop.account.person.pay(String(topup.body.order_id), { method: "upi" });
  await shop.pass(0);
  const [own] = (await as("ann", "GET", "invoices")).body.data as { id: string }[];
  expect((await as("ann", "GET", `invoices/${own!.id}.pdf`)).status).toBe(200);
  expect((await as("bob", "GET", `invoices/${own!.id}.pdf`)).status).toBe(404);
});
