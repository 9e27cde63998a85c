import { and, desc, eq, gte, lt, type SQL, sql } from "drizzle-orm";
import type { Reader } from "../../db/database.ts";
import { adminKeys, audit } from "../../db/schema.ts";
import { type PageQuery, pageClause } from "../../http/paging.ts";
import { firstIdAt, type TenantId } from "../../kernel/id.ts";

/** A line, and the name of the key that it was made with, if any. */
export interface AuditLine {
  readonly line: typeof audit.$inferSelect;
  readonly key_name: string | null;
}

export interface AuditFilter {
  readonly tenant_id?: TenantId;
  readonly actor?: string;
  /** An action, or several by a glob: `subscription.*`. */
  readonly action?: string;
  readonly subject_id?: string;
  /** Epoch milliseconds of wall time: `[from, to)`. */
  readonly from?: number;
  readonly to?: number;
}

const lines = (read: Reader) =>
  read.select({ line: audit, key_name: adminKeys.name }).from(audit).leftJoin(adminKeys, eq(adminKeys.id, audit.actor));

export const pageOfAudit = (read: Reader, filter: AuditFilter, query: PageQuery): Promise<AuditLine[]> => {
  const { where, orderBy, limit } = pageClause(audit.id, query);
  return lines(read)
    .where(and(...matching(filter), where))
    .orderBy(orderBy)
    .limit(limit);
};

/** All that match, newest first, so many at once: the log may be longer than memory. */
export async function* allAudit(read: Reader, filter: AuditFilter, rowsAtOnce: number): AsyncGenerator<AuditLine[]> {
  for (let after: string | undefined; ; ) {
    const rows = await lines(read)
      .where(and(...matching(filter), after === undefined ? undefined : lt(audit.id, after)))
      .orderBy(desc(audit.id))
      .limit(rowsAtOnce);
    yield rows;
    if (rows.length < rowsAtOnce) return;
    after = rows.at(-1)?.line.id;
  }
}

/** Ids are made of the time, so a span of it is a range of them. */
const matching = ({ tenant_id, actor, action, subject_id, from, to }: AuditFilter): (SQL | undefined)[] => [
  tenant_id && eq(audit.tenant_id, tenant_id),
  actor === undefined ? undefined : eq(audit.actor, actor),
  action === undefined ? undefined : sql`${audit.action} like ${likeOf(action)} escape '!'`,
  subject_id === undefined ? undefined : eq(audit.subject_id, subject_id),
  from === undefined ? undefined : gte(audit.id, firstIdAt("audit", from)),
  to === undefined ? undefined : lt(audit.id, firstIdAt("audit", to)),
];

const likeOf = (glob: string): string =>
  glob
    .replaceAll(/[!%_]/g, (letter) => `!${letter}`)
    .replaceAll("*", "%")
    .replaceAll("?", "_");
