import { type Response, Router } from "express";
import { PageQuery, pageOf } from "../../http/paging.ts";
import { parse } from "../../http/parse.ts";
import { Problem } from "../../kernel/problems.ts";
import { DOCUMENT_CSP, htmlOf } from "../documents/html.ts";
import { fileNameOf } from "../documents/paper.ts";
import type { DocumentParts } from "../documents/routes.ts";
import { presentSelfInvoice, selfInvoicePaper } from "./self-invoice-paper.ts";
import { findSelfInvoice, listSelfInvoices, type SelfInvoiceRow } from "./store.ts";

/** `/api/admin/self_invoices`: what the operator issued to itself for the service that it imports, as JSON, PDF and HTML. */
export function selfInvoiceAdminRoutes({ db, printer }: DocumentParts): Router {
  const router = Router();

  router.get("/self_invoices", async (req, res) => {
    const query = parse(PageQuery, req.query);
    res.json(pageOf(await listSelfInvoices(db.read, query), query, presentSelfInvoice));
  });

  router.get("/self_invoices/:id.pdf", async (req, res) => {
    const paper = selfInvoicePaper(await selfInvoiceOf(req.params.id));
    const pdf = await printer.pdf(paper);
    headed(res, fileNameOf(paper.number, "pdf")).type("application/pdf").send(pdf);
  });

  router.get("/self_invoices/:id.html", async (req, res) => {
    const paper = selfInvoicePaper(await selfInvoiceOf(req.params.id));
    headed(res, fileNameOf(paper.number, "html"))
      .set("content-security-policy", DOCUMENT_CSP)
      .type("html")
      .send(htmlOf(paper));
  });

  router.get("/self_invoices/:id", async (req, res) => {
    res.json(presentSelfInvoice(await selfInvoiceOf(req.params.id)));
  });

  async function selfInvoiceOf(id: string): Promise<SelfInvoiceRow> {
    const row = await findSelfInvoice(db.read, id);
    if (!row) throw new Problem("not_found", { message: "There is no such self-invoice." });
    return row;
  }

  return router;
}

const headed = (res: Response, name: string): Response =>
  res.set({ "content-disposition": `inline; filename="${name}"`, "cache-control": "private, no-store" });
