import { z } from "zod";
import { At, adminChapter, Id, jsonOr, MicrosTold, named, pageTold } from "../../http/operation.ts";
import { Query } from "./admin-routes.ts";

const row = z.object({
  ...{ tenant_id: Id, currency: z.string(), booked_micros: MicrosTold, unspent_micros: MicrosTold.nullable() },
  ...{ drawn_micros: MicrosTold.nullable(), agrees: z.boolean().nullable() },
});
const CreditLiability = named(
  "CreditLiability",
  pageTold(row).extend({
    at: At,
    totals: z.array(z.object({ currency: z.string(), booked_micros: MicrosTold })),
  }),
  "Prepaid credit that is not used, tenant by tenant and in total.",
);

export const creditLiabilityAdminDescribed = adminChapter("Reports", {
  "GET /reports/credit_liability": {
    summary: "Report prepaid credit that is not used",
    description: "Now it is held against the grants; of an earlier instant it is what the journal had.",
    ...{ query: Query, answers: { 200: jsonOr("text/csv", CreditLiability) } },
  },
});
