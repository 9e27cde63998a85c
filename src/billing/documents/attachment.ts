import type { MailAttachment } from "../../outgoing/mails.ts";
import { findIssued } from "./documents.ts";
import { fileNameOf } from "./paper.ts";
import type { DocumentParts } from "./routes.ts";

/** The PDF that goes with a mail about an invoice or a credit note, as it stands when the mail leaves; null where there is no such document. */
export async function attachmentOf(
  { db, printer }: Pick<DocumentParts, "db" | "printer">,
  id: string,
): Promise<MailAttachment | null> {
  const issued = await findIssued(db.read, id);
  if (!issued) return null;
  const { paper } = issued;
  return { filename: fileNameOf(paper.number, "pdf"), content: await printer.pdf(paper) };
}
