import { afterAll, beforeAll, expect, test } from "vitest";
import { DAY, HOUR } from "../../../src/kernel/clock.ts";
import { type Mailer, openMailer } from "../../../src/outgoing/mails.ts";
import { openSmtpServer } from "../../outgoing/smtp-server.ts";
import { openShop, type Shop } from "../shop.ts";

let smtp: Awaited<ReturnType<typeof openSmtpServer>>;
let mailer: Mailer;
let shop: Shop;
beforeAll(async () => {
  smtp = await openSmtpServer();
  mailer = openMailer({ url: smtp.url, from: "Billing <billing@example.com>" });
  shop = await openShop({ mailer });
});
afterAll(async () => {
  await shop.close();
  mailer.close();
  await smtp.close();
});

/** The attachment of a mail, decoded. */
function attached(mail: string): { name: string; content: Buffer } {
  const part = mail.slice(mail.indexOf("Content-Type: application/pdf"));
  const name = part.match(/filename=([^\s;]+)/)![1]!;
  return { name, content: Buffer.from(part.slice(part.indexOf("\n\n")).split("\n--")[0]!, "base64") };
}

test("an invoice and a credit note are mailed to who pays, once, each with its PDF", async () => {
  const customer = await shop.customer();
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", {
    credit_micros: 100_000_000,
  });
  const { razorpay_payment_id: payment_id } = await shop.account.person.pay(order_id, { method: "upi" });
  await shop.pass(HOUR);
  await shop.admin("POST", "refunds", { payment_id, amount_paise: 5_900, reason: "half of it" });
  await shop.pass(DAY);

  expect(smtp.mails).toHaveLength(2);
  expect(smtp.mails.every((mail) => /^To: pay@example.com$/m.test(mail))).toBe(true);
  const { data } = await customer.api<{ data: { id: string; number: string }[] }>("GET", "billing/invoices");
  const { credit_notes } = await customer.api<{ credit_notes: { number: string }[] }>(
    "GET",
    `billing/invoices/${data[0]!.id}`,
  );
  const numbers = [data[0]!.number, credit_notes[0]!.number];
  for (const [index, mail] of smtp.mails.entries()) {
    const { name, content } = attached(mail);
    expect(name).toBe(`${numbers[index]!.replaceAll("/", "-")}.pdf`);
    expect(content.subarray(0, 5).toString()).toBe("%PDF-");
    expect(content.subarray(-6).toString()).toContain("%%EOF");
  }
});

test("one whose server refuses is mailed later, and still once", async () => {
  smtp.mails.length = 0;
  smtp.behaviour.refuse = true;
  const customer = await shop.customer();
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", {
    credit_micros: 10_000_000,
  });
  await shop.account.person.pay(order_id, { method: "upi" });
  await shop.pass(HOUR);
  expect(smtp.mails).toHaveLength(0);
  smtp.behaviour.refuse = false;
  await shop.pass(DAY);
  expect(smtp.mails).toHaveLength(1);
});
