import { adminChapter, media } from "../../http/operation.ts";
import { Tally, Zoho } from "./admin-routes.ts";

export const exportAdminDescribed = adminChapter("Reports", {
  "GET /reports/tally": {
    summary: "Export the books of a period as TallyPrime imports them",
    ...{ query: Tally, answers: { 200: media("text/csv", "application/xml") }, problems: ["not_found", "conflict"] },
  },
  "GET /reports/zoho": {
    summary: "Export the books of a period as Zoho Books imports them",
    ...{ query: Zoho, answers: { 200: media("text/csv") }, problems: ["not_found", "conflict"] },
  },
});
