import { type Request, type Response, Router } from "express";
import type { TenantId } from "../../kernel/id.ts";
import { isId } from "../../kernel/id.ts";
import { Problem } from "../../kernel/problems.ts";
import { customerDoor } from "../doors.ts";
import type { BillingParts } from "../parts.ts";
import { findIssued, type Issued } from "./documents.ts";
import { DOCUMENT_CSP, htmlOf } from "./html.ts";
import { fileNameOf, type Paper } from "./paper.ts";
import type { Printer } from "./printer.ts";

export interface DocumentParts extends BillingParts {
  readonly printer: Printer;
}

/** What has documents, by the name of its list. */
const KINDS = {
  invoices: { id: "invoice", none: "There is no such invoice." },
  credit_notes: { id: "credit_note", none: "There is no such credit note." },
} as const;
type Kind = keyof typeof KINDS;

/** `/api/admin/invoices/{id}.pdf` and `.html`, and those of credit notes. Mounted before the routes whose id could end so. */
export function documentAdminRoutes(parts: DocumentParts): Router {
  return documents(Router(), parts, "", async (kind, req) => (await issuedOf(parts, kind, req)).paper);
}

/** The same for one's own, under `/api/billing`. */
export function documentRoutes(parts: DocumentParts): Router {
  const door = customerDoor(parts);
  return documents(Router(), parts, door.prefix, async (kind, req, res) => {
    const { tenant, customer } = await door.payer(req, res, "billing:read");
    const issued = await issuedOf(parts, kind, req, tenant.id);
    if (issued.customer_id !== customer.id) throw new Problem("not_found", { message: KINDS[kind].none });
    return issued.paper;
  });
}

function documents(
  router: Router,
  { printer }: DocumentParts,
  prefix: string,
  paperOf: (kind: Kind, req: Request, res: Response) => Promise<Paper>,
): Router {
  for (const kind of Object.keys(KINDS) as Kind[]) {
    router.get(`${prefix}/${kind}/:id.pdf`, async (req, res) => {
      const paper = await paperOf(kind, req, res);
      const pdf = await printer.pdf(paper);
      headed(res, fileNameOf(paper.number, "pdf")).type("application/pdf").send(pdf);
    });
    router.get(`${prefix}/${kind}/:id.html`, async (req, res) => {
      const paper = await paperOf(kind, req, res);
      headed(res, fileNameOf(paper.number, "html"))
        .set("content-security-policy", DOCUMENT_CSP)
        .type("html")
        .send(htmlOf(paper));
    });
  }
  return router;
}

/** It is shown under its number, and no cache keeps what somebody else must not see, or what may change when it is paid. */
const headed = (res: Response, name: string): Response =>
  res.set({ "content-disposition": `inline; filename="${name}"`, "cache-control": "private, no-store" });

async function issuedOf({ db }: BillingParts, kind: Kind, req: Request, tenant_id?: TenantId): Promise<Issued> {
  const id = String(req.params.id);
  const issued = isId(KINDS[kind].id, id) ? await findIssued(db.read, id, tenant_id) : undefined;
  if (!issued) throw new Problem("not_found", { message: KINDS[kind].none });
  return issued;
}
