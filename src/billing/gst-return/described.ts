import { z } from "zod";
import { At, adminChapter, jsonOr, MicrosTold, media, named, PaiseTold } from "../../http/operation.ts";
import { Gstr1, Gstr3b } from "./admin-routes.ts";

const figures = z.object({
  ...{ taxable_paise: PaiseTold, igst_paise: PaiseTold, cgst_paise: PaiseTold, sgst_paise: PaiseTold },
});
const Return = named(
  "Gstr3b",
  z.object({
    ...{ account: z.string(), gstin: z.string(), from: At, to: At },
    tables: z.object({
      ...{ "3.1(a)": figures, "3.1(b)": figures, "3.1(d)": figures, "4(A)(2)": figures, "4(A)(3)": figures },
    }),
    self_invoices: z.array(z.string()),
    import: z
      .object({ cost_micros_usd: MicrosTold, rate_micros: MicrosTold, rate_source: z.string(), rate_valid_from: At })
      .nullable(),
  }),
  "GSTR-3B of a period, by the numbers of its tables.",
);

export const gstReturnAdminDescribed = adminChapter("Reports", {
  "GET /reports/gstr1": {
    summary: "Report supplies for GSTR-1, as CSV",
    ...{ query: Gstr1, answers: { 200: media("text/csv") }, problems: ["not_found", "conflict"] },
  },
  "GET /reports/gstr3b": {
    summary: "Report supplies for GSTR-3B",
    ...{ query: Gstr3b, answers: { 200: jsonOr("text/csv", Return) }, problems: ["not_found", "conflict"] },
  },
});
