import { adminChapter, media, type Operation } from "../../http/operation.ts";
import { customerDoorDescribed } from "../described-doors.ts";

export const pdf = (what: string): Operation => ({
  summary: `${what} as PDF`,
  answers: { 200: media("application/pdf") },
});
export const page = (what: string): Operation => ({
  summary: `${what} as a page to print`,
  answers: { 200: media("text/html") },
});

const documents = {
  "GET /invoices/:id.pdf": pdf("An invoice"),
  "GET /invoices/:id.html": page("An invoice"),
  "GET /credit_notes/:id.pdf": pdf("A credit note"),
  "GET /credit_notes/:id.html": page("A credit note"),
};
export const documentAdminDescribed = adminChapter("Invoices", documents);
export const documentDescribed = customerDoorDescribed(documents);
