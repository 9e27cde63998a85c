import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Router } from "express";
import { z } from "zod";
import type { Database, Reader } from "../../db/database.ts";
import { chosen, lineOf } from "../../http/csv.ts";
import { Glob, Ref, Time } from "../../http/fields.ts";
import { PageQuery, pageOf } from "../../http/paging.ts";
import { parse } from "../../http/parse.ts";
import { type Clock, iso } from "../../kernel/clock.ts";
import { findTenant } from "../../tenants/store.ts";
import { type AuditFilter, type AuditLine, allAudit, pageOfAudit } from "./store.ts";

export const AuditQuery = PageQuery.extend({
  tenant_id: Ref.optional(),
  actor: Ref.optional(),
  action: Glob.optional(),
  subject_id: Ref.optional(),
  from: Time.optional(),
  to: Time.optional(),
  format: z.enum(["json", "csv"]).default("json"),
});
const COLUMNS = ["id", "at", "actor", "actor_name", "address", "agent", "action", "tenant_id", "subject_id"] as const;
const ROWS_AT_ONCE = 500;

/** `/api/admin/audit`: who changed what, when, from where; before and after. */
export function auditAdminRoutes({ db, clock }: { readonly db: Database; readonly clock: Clock }): Router {
  const router = Router();

  router.get("/audit", async (req, res) => {
    const { tenant_id, actor, action, subject_id, from, to, format, ...query } = parse(AuditQuery, req.query);
    const tenant = tenant_id === undefined ? undefined : await findTenant(db.read, tenant_id);
    const filter = { tenant_id: tenant?.id, actor, action, subject_id, from, to };
    if (format === "json")
      return void res.json(
        pageOf((await pageOfAudit(db.read, filter, query)).map(presentAudit), query, (line) => line),
      );
    const name = `audit-${iso(clock.wall()).slice(0, 10)}.csv`;
    res.set({ "content-disposition": `attachment; filename="${name}"`, "cache-control": "private, no-store" });
    res.type("csv");
    await pipeline(Readable.from(lines(db.read, filter)), res);
  });

  return router;
}

/** Who did it by name: a key's own, else what stands for it (`admin`, `cli`). */
const presentAudit = ({ line: { id, at, actor, ...rest }, key_name }: AuditLine) => ({
  ...{ id, at: iso(at), actor, actor_name: key_name ?? actor },
  ...rest,
});

async function* lines(read: Reader, filter: AuditFilter): AsyncGenerator<string> {
  yield lineOf([...COLUMNS, "before", "after"]);
  for await (const rows of allAudit(read, filter, ROWS_AT_ONCE)) {
    yield rows.map((row) => lineOf(cellsOf(row))).join("");
  }
}

const cellsOf = (row: AuditLine): string[] => {
  const { before, after, ...shown } = presentAudit(row);
  return [...COLUMNS.map((name) => chosen(shown[name] ?? "")), jsonOf(before), jsonOf(after)];
};
const jsonOf = (value: unknown): string => (value === null ? "" : JSON.stringify(value));
