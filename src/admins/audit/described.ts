import { z } from "zod";
import { At, adminChapter, Id, IdOrNull, jsonOr, named, pageTold } from "../../http/operation.ts";
import { AuditQuery } from "./routes.ts";

const AuditLine = named(
  "AuditLine",
  z.object({
    ...{
      id: Id,
      at: At,
      actor: z.string(),
      actor_name: z.string(),
      address: z.string().nullable(),
      agent: z.string().nullable(),
    },
    ...{ action: z.string(), tenant_id: IdOrNull, subject_id: Id, before: z.unknown(), after: z.unknown() },
  }),
  "A change that an administrator made: who, from where, what, before and after.",
);

export const auditAdminDescribed = adminChapter("Audit", {
  "GET /audit": {
    summary: "List what administrators changed",
    description: "`action` may be a glob: `subscription.*`.",
    ...{ query: AuditQuery, answers: { 200: jsonOr("text/csv", pageTold(AuditLine)) } },
  },
});
