import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { mails as mailRows } from "../../src/db/schema.ts";
import { HOUR, type MovableClock, movableClock } from "../../src/kernel/clock.ts";
import type { TenantId } from "../../src/kernel/id.ts";
import { type Mailer, openMailer, queueMail, sendMails } from "../../src/outgoing/mails.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { openSmtpServer } from "./smtp-server.ts";

let database: TestDatabase;
let clock: MovableClock;
let smtp: Awaited<ReturnType<typeof openSmtpServer>>;
let mailer: Mailer;

beforeAll(async () => {
  database = await openTestDatabase();
  smtp = await openSmtpServer();
  mailer = openMailer({ url: smtp.url, from: "Billing <billing@example.com>" });
});
afterAll(async () => {
  mailer.close();
  await smtp.close();
  await database.close();
});
beforeEach(async () => {
  clock = movableClock();
  smtp.mails.length = 0;
  smtp.behaviour.refuse = false;
  await database.db.transaction((tx) => tx.delete(mailRows));
});

const queue = (source: string, invoice_id?: string) =>
  database.db.transaction((tx) =>
    queueMail(
      tx,
      {
        ...{ source, tenant_id: "ten_a" as TenantId, customer_id: null, recipient: "asha@example.com" },
        ...{ subject: "Invoice due: ₹1,180", body: "Please pay.", ...(invoice_id && { invoice_id }) },
      },
      { wall: clock.wall(), now: clock.now() },
    ),
  );
const attachmentOf = async (id: string) => ({ filename: `${id}.pdf`, content: Buffer.from("%PDF-1.7") });
const send = (by: Mailer | null = mailer) => sendMails({ db: database.db, clock, mailer: by, attachmentOf });
const rows = () => database.db.read.select().from(mailRows);

test("a mail is queued once for its occasion, sent once, and its text is not kept", async () => {
  expect([await queue("reminder 1"), await queue("reminder 1")]).toEqual([true, false]);
  await send();
  await send();
  expect(smtp.mails).toHaveLength(1);
  expect(smtp.mails[0]).toMatch(/^To: asha@example.com$/m);
  expect(smtp.mails[0]).toContain("Please pay.");
  expect(await rows()).toMatchObject([{ state: "sent", attempts: 1, body: null, error: null }]);
});

test("an invoice's document goes with its mail", async () => {
  await queue("issued", "tgi_1");
  await send();
  expect(smtp.mails[0]).toContain("filename=tgi_1.pdf");
  expect(smtp.mails[0]).toContain(Buffer.from("%PDF-1.7").toString("base64"));
});

test("a server that refuses is asked again later, and not for ever", async () => {
  smtp.behaviour.refuse = true;
  await queue("refused");
  await send();
  expect(await rows()).toMatchObject([{ state: "pending", attempts: 1, error: expect.stringContaining("451") }]);
  await send();
  expect(await rows()).toMatchObject([{ attempts: 1 }]);
  for (let i = 0; i < 10; i++) {
    clock.advance(24 * HOUR);
    await send();
  }
  expect(await rows()).toMatchObject([{ state: "failed", attempts: 6, body: null }]);
});

test("where no server is configured, mails wait for a day and are given up", async () => {
  await queue("nobody");
  await send(null);
  expect(await rows()).toMatchObject([{ state: "pending", body: "Please pay." }]);
  clock.advance(24 * HOUR);
  await send(null);
  expect(await rows()).toMatchObject([{ state: "failed", body: null }]);
});
