import { createTransport } from "nodemailer";
import type { Database, Tx } from "../db/database.ts";
import { type Clock, HOUR, MINUTE } from "../kernel/clock.ts";
import { type CustomerId, newId, type TenantId } from "../kernel/id.ts";
import { insertMail, listDueMails, type MailRow, saveMail } from "./store.ts";

/** How a mail leaves the house. */
export interface Mailer {
  send(mail: Pick<MailRow, "recipient" | "subject" | "body">, attachment: MailAttachment | null): Promise<void>;
  close(): void;
}

export interface MailAttachment {
  readonly filename: string;
  readonly content: Buffer;
}

/** Waits between tries, in ms of business time; after the last the mail has failed. */
const RETRIES_MS = [5 * MINUTE, 30 * MINUTE, 2 * HOUR, 8 * HOUR, 24 * HOUR];
const MAILS_MAX = 100;
const SOCKET_MS = 20_000;

/** Through the SMTP server of an URL (`smtps://user:password@host`), from one address. */
export function openMailer({ url, from }: { url: string; from: string }): Mailer {
  const transport = createTransport({
    url,
    connectionTimeout: SOCKET_MS,
    socketTimeout: SOCKET_MS,
    greetingTimeout: SOCKET_MS,
  });
  return {
    async send({ recipient, subject, body }, attachment) {
      await transport.sendMail({
        from,
        to: recipient,
        subject,
        text: body ?? "",
        attachments: attachment ? [attachment] : [],
      });
    },
    close: () => transport.close(),
  };
}

/**
 * Puts a mail into the queue, once for its `source`, in the transaction of what it tells of. It leaves where an SMTP server is configured; elsewhere
 * it stays in the queue for a day at most.
 */
export function queueMail(
  tx: Tx,
  mail: {
    readonly source: string;
    readonly tenant_id: TenantId;
    readonly customer_id: CustomerId | null;
    readonly recipient: string;
    readonly subject: string;
    readonly body: string;
    readonly invoice_id?: string;
  },
  at: { readonly wall: number; readonly now: number },
): Promise<boolean> {
  // Whoever was erased has no address any more.
  if (mail.recipient === "") return Promise.resolve(false);
  return insertMail(tx, {
    ...mail,
    id: newId("mail", at.wall),
    invoice_id: mail.invoice_id ?? null,
    state: "pending",
    attempts: 0,
    error: null,
    next_at: at.now,
    sent_at: null,
    created_at: at.now,
  });
}

const UNSENT_MS = 24 * HOUR;

/** Sends what is due. Without a mailer, mails that have waited for a day are given up: an SMTP server that is set up later must not send old ones. */
export async function sendMails(parts: {
  readonly db: Database;
  readonly clock: Clock;
  readonly mailer: Mailer | null;
  /** The document that goes with a mail. */
  readonly attachmentOf: (invoice_id: string) => Promise<MailAttachment | null>;
}): Promise<void> {
  const { db, clock, mailer } = parts;
  for (const mail of await listDueMails(db.read, clock.now(), MAILS_MAX)) {
    const change = mailer
      ? await sent(mailer, mail, parts)
      : { state: "failed" as const, error: "no SMTP server is configured", body: null };
    if (!mailer && clock.now() < mail.created_at + UNSENT_MS) continue;
    await db.transaction((tx) => saveMail(tx, mail.id, change));
  }
}

async function sent(
  mailer: Mailer,
  mail: MailRow,
  { clock, attachmentOf }: { clock: Clock; attachmentOf: (invoice_id: string) => Promise<MailAttachment | null> },
): Promise<Parameters<typeof saveMail>[2]> {
  const attempts = mail.attempts + 1;
  try {
    await mailer.send(mail, mail.invoice_id === null ? null : await attachmentOf(mail.invoice_id));
    // What it said is not ours to keep.
    return { state: "sent", attempts, error: null, sent_at: clock.now(), body: null };
  } catch (error) {
    const wait = RETRIES_MS[mail.attempts];
    const message = (error as Error).message.slice(0, 500);
    return wait === undefined
      ? { state: "failed", attempts, error: message, body: null }
      : { attempts, error: message, next_at: clock.now() + wait };
  }
}
