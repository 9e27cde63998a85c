import { z } from "zod";
import { At, adminChapter, Id, media, named } from "../http/operation.ts";

/** What the routes of this room promise. */

const Erasure = named(
  "Erasure",
  z.object({
    ...{ user_id: Id, erased_at: At },
    rows: z.record(z.string(), z.int()).describe("Rows that were changed or deleted, by table."),
    kept: z.array(z.string()).describe("What the law says must be kept, and why."),
    elsewhere: z.array(z.string()).describe("Who else must be asked."),
  }),
);

export const privacyAdminDescribed = adminChapter("Users", {
  "GET /users/:id/export": {
    summary: "Export everything about a person",
    description: "A JSON file, written as it is read. Who asked is in the audit log.",
    answers: { 200: media("application/json") },
  },
  "POST /users/:id/erase": {
    summary: "Erase a person",
    description: "Refused while something of them is under way, which it names. What is done twice changes nothing.",
    ...{ body: z.strictObject({}), answers: { 200: Erasure }, problems: ["conflict"] },
  },
});
