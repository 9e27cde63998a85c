import { z } from "zod";
import { At, AtOrNull, adminChapter, Id, IdOrNull, listTold, named } from "../http/operation.ts";

/** What the routes of this room promise. */

const Job = named(
  "Job",
  z.object({
    ...{ id: Id, runs: z.int(), last_error: z.string().nullable(), node_id: IdOrNull },
    ...{ last_at: AtOrNull, next_at: At, late_ms: z.int() },
  }),
  "Work that is done every so often. `node_id` is who does it now; `late_ms` by how much it is overdue while nobody does.",
);
const Node = named(
  "Node",
  z.object({ id: Id, name: z.string(), alive: z.boolean(), started_at: At, seen_until: At }),
  "One life of a node: one that stopped in order is not among them.",
);

export const jobAdminDescribed = adminChapter("Health", {
  "GET /jobs": { summary: "List what is done by itself", answers: { 200: listTold(Job) } },
  "GET /nodes": { summary: "List the nodes that serve", answers: { 200: listTold(Node) } },
});
