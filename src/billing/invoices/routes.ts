import { Router } from "express";
import { z } from "zod";
import { recordAudit } from "../../db/audit.ts";
import type { Tx } from "../../db/database.ts";
import { actorOf } from "../../http/actor.ts";
import { QueryInt, Ref, Time } from "../../http/fields.ts";
import { PageQuery, pageOf } from "../../http/paging.ts";
import { parse } from "../../http/parse.ts";
import { iso, isoOrNull } from "../../kernel/clock.ts";
import type { CustomerId, InvoiceId } from "../../kernel/id.ts";
import { paise } from "../../kernel/money.ts";
import { Problem } from "../../kernel/problems.ts";
import { findTenant } from "../../tenants/store.ts";
import { reviewStanding } from "../cycles/in-force.ts";
import { lockedCustomer } from "../cycles/store.ts";
import { adminDoors, behind, customerDoor, type Door } from "../doors.ts";
import { listMovements, sumBefore } from "../journal/store.ts";
import type { BillingParts } from "../parts.ts";
import { creditInvoice, openAmount, payInvoice, writeOff } from "./settle.ts";
import { type CreditNoteRow, findInvoice, type InvoiceRow, listCreditNotes, listInvoices } from "./store.ts";

export const InvoiceQuery = PageQuery.extend({
  tenant_id: Ref.optional(),
  customer_id: Ref.optional(),
  kind: z.enum(["base", "topup", "overage", "combined"]).optional(),
  open: z.enum(["true", "false"]).optional(),
  from: Time.optional(),
  to: Time.optional(),
});
/** ₹100 crore: beyond it is a typing error. */
const AMOUNT_MAX = 100_000_000_000;
export const Manual = z.strictObject({
  amount_paise: z.int().min(0).max(AMOUNT_MAX).transform(paise),
  tds_paise: z.int().min(0).max(AMOUNT_MAX).default(0).transform(paise),
  reference: z.string().trim().min(3).max(100),
  received_at: Time.optional(),
});
const Reason = z.string().trim().min(3).max(500);
export const Credit = z.strictObject({ amount_paise: z.int().min(1).max(AMOUNT_MAX).transform(paise), reason: Reason });
export const WriteOff = z.strictObject({ reason: Reason });
export const StatementQuery = z.strictObject({
  from: Time.optional(),
  to: Time.optional(),
  limit: QueryInt.pipe(z.number().min(1).max(5_000)).default(1_000),
});

/** `/api/admin/invoices`: what was billed, and what is done about it by hand. */
export function invoiceAdminRoutes(parts: BillingParts): Router {
  const { db, clock, catalogs } = parts;
  const router = Router();

  router.get("/invoices", async (req, res) => {
    const { tenant_id, customer_id, open, ...rest } = parse(InvoiceQuery, req.query);
    const { kind, from, to, ...query } = rest;
    const tenant = tenant_id === undefined ? undefined : await findTenant(db.read, tenant_id);
    const filter = { tenant_id: tenant?.id, customer_id: customer_id as CustomerId | undefined, kind, from, to };
    const rows = await listInvoices(db.read, query, {
      ...filter,
      open: open === undefined ? undefined : open === "true",
    });
    res.json(pageOf(rows, query, presentInvoice));
  });

  router.get("/invoices/:id", async (req, res) => {
    const row = await invoiceOf(req.params.id);
    const credit_notes = (await listCreditNotes(db.read, row.id)).map(presentCreditNote);
    res.json({ ...presentInvoice(row), credit_notes });
  });

  /** What is done to an invoice, what it makes of the customer's standing, and the line in the audit log: all in one transaction. */
  const act = <S extends z.ZodType>(
    name: string,
    schema: S,
    work: (tx: Tx, held: InvoiceRow, fields: z.infer<S>) => Promise<unknown>,
  ): void => {
    router.post(`/invoices/:id/${name}`, async (req, res) => {
      const fields = parse(schema, req.body);
      const row = await invoiceOf(req.params.id as string);
      const catalog = await catalogs.current();
      const answer = await db.transaction(async (tx) => {
        const held = await invoiceHeld(tx, row);
        const answer = await work(tx, held, fields);
        await reviewStanding(tx, { clock, catalog }, row.tenant_id, row.customer_id);
        await recordAudit(tx, {
          ...{ actor: actorOf(res), action: `invoice.${name}`, tenant_id: row.tenant_id, subject_id: row.id },
          ...{ before: paidOf(held), after: { ...paidOf(await invoiceOf(row.id, tx)), asked: fields } },
          at: clock.wall(),
        });
        return answer;
      });
      res.status(201).json(answer);
    });
  };

  /** A bank transfer, with what the payer kept back as income tax. The same reference again changes nothing. */
  act("payments", Manual, async (tx, held, { amount_paise, tds_paise, reference, received_at }) => {
    if (amount_paise + tds_paise < 1)
      throw new Problem("invalid_request", { message: "amount_paise: nothing was paid" });
    const at = received_at ?? clock.now();
    if (at > clock.now()) throw new Problem("invalid_request", { message: "received_at: lies in the future" });
    const open = openAmount(held);
    const source = `manual:${held.id}:${reference}`;
    const paid = await payInvoice(tx, clock, {
      ...{ invoice_id: held.id, source, amount_paise, tds_paise, from: "bank", at },
    });
    if (!paid.again && amount_paise + tds_paise > open) {
      throw new Problem("invalid_request", {
        message: `amount_paise: ${open} paise of invoice ${held.number} are open`,
        details: { open_paise: open },
      });
    }
    return presentInvoice(paid.invoice);
  });

  act("credit_notes", Credit, async (tx, held, { amount_paise, reason }) => {
    const open = openAmount(held);
    if (amount_paise > open) {
      throw new Problem("invalid_request", {
        message: `amount_paise: ${open} paise of invoice ${held.number} are open; what was paid goes back by POST /api/admin/refunds, which writes its credit note itself`,
        details: { open_paise: open },
      });
    }
    const source = `admin:${held.id}:${clock.wall()}`;
    const asked = { invoice_id: held.id, source, gross_paise: amount_paise, reason };
    return presentCreditNote(await creditInvoice(tx, clock, { ...asked, at: clock.now() }));
  });

  act("write_off", WriteOff, async (tx, held, { reason }) =>
    presentInvoice(await writeOff(tx, clock, { invoice_id: held.id, reason, at: clock.now() })),
  );

  /** The invoice as it stands while nobody else moves money of its customer. */
  const invoiceHeld = async (tx: Tx, row: InvoiceRow): Promise<InvoiceRow> => {
    await lockedCustomer(tx, row.customer_id);
    return invoiceOf(row.id, tx);
  };

  const invoiceOf = async (id: string, read = db.read): Promise<InvoiceRow> => {
    const row = await findInvoice(read, id as InvoiceId);
    if (!row) throw new Problem("not_found", { message: "There is no such invoice." });
    return row;
  };

  return router;
}

/** A customer's account with its running balance, from the journal. */
export const statementAdminRoutes = (parts: BillingParts): Router =>
  behind(Router(), adminDoors(parts), (router, door) => statementActions(router, parts, door));

/** One's own invoices and statement. */
export const invoiceRoutes = (parts: BillingParts): Router =>
  behind(Router(), [customerDoor(parts)], (router, door) => {
    statementActions(router, parts, door);
    router.get(`${door.prefix}/invoices`, async (req, res) => {
      const query = parse(PageQuery, req.query);
      const { tenant, customer } = await door.payer(req, res, "billing:read");
      const rows = await listInvoices(parts.db.read, query, { tenant_id: tenant.id, customer_id: customer.id });
      res.json(pageOf(rows, query, presentInvoice));
    });
    router.get(`${door.prefix}/invoices/:invoice_id`, async (req, res) => {
      const { tenant, customer } = await door.payer(req, res, "billing:read");
      const row = await findInvoice(parts.db.read, req.params.invoice_id as InvoiceId, tenant.id);
      if (row?.customer_id !== customer.id) throw new Problem("not_found", { message: "There is no such invoice." });
      const credit_notes = (await listCreditNotes(parts.db.read, row.id)).map(presentCreditNote);
      res.json({ ...presentInvoice(row), credit_notes });
    });
  });

function statementActions(router: Router, { db, clock }: BillingParts, door: Door): void {
  router.get(`${door.prefix}/statement`, async (req, res) => {
    const { from = 0, to = clock.now() + 1, limit } = parse(StatementQuery, req.query);
    if (to < from) throw new Problem("invalid_request", { message: "to: lies before from" });
    const { tenant, customer } = await door.payer(req, res, "billing:read");
    const of = { tenant_id: tenant.id, customer_id: customer.id, ledger_account: "receivable" };
    const opening = await sumBefore(db.read, { ...of, before: from });
    let balance: number = opening;
    const lines = (await listMovements(db.read, { ...of, from, to }, limit)).map(({ transfer, entry }) => {
      balance += entry.amount_micros;
      return {
        ...{ at: iso(transfer.at), kind: transfer.kind, memo: transfer.memo },
        ...{ amount_micros: entry.amount_micros, balance_micros: balance },
      };
    });
    res.json({
      ...{ currency: customer.currency, from: iso(from), to: iso(to), opening_micros: opening },
      ...{ lines, closing_micros: balance, complete: lines.length < limit },
    });
  });
}

export const presentInvoice = ({
  source: _,
  dunning_stage: __,
  final_notice_at: ___,
  created_at: ____,
  ...row
}: InvoiceRow) => ({
  ...row,
  ...{
    open_paise: openAmount(row),
    status: openAmount(row) > 0 ? "open" : row.written_off_paise > 0 ? "written_off" : "paid",
  },
  ...{ issued_at: iso(row.issued_at), due_at: iso(row.due_at) },
  ...{ reopened_at: isoOrNull(row.reopened_at), suspended_at: isoOrNull(row.suspended_at) },
});

/** What an administrator's act changes of an invoice. */
const paidOf = (row: InvoiceRow) => {
  const { number, paid_paise, credited_paise, tds_paise, written_off_paise } = row;
  return { number, open_paise: openAmount(row), paid_paise, credited_paise, tds_paise, written_off_paise };
};

export const presentCreditNote = ({ source: _, created_at: __, ...row }: CreditNoteRow) => ({
  ...row,
  issued_at: iso(row.issued_at),
});
