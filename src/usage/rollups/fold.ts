import type { Database } from "../../db/database.ts";
import { foldMarked, hasTail, markTail } from "./folding/store.ts";

/** Rows of one transaction: so few that nobody who writes has to wait for long. */
const ROWS_MAX = 500;

/**
 * Moves the tail of the newest usage into the rollups, some rows in each transaction, until there is none. Reports are the same before,
 * between and after: a row is in one of the two. Several at once, and one that dies, do no harm.
 */
export async function foldUsage(
  db: Database,
  { rowsMax = ROWS_MAX }: { readonly rowsMax?: number } = {},
): Promise<number> {
  let folded = 0;
  while (await hasTail(db.read)) {
    folded += await db.transaction(async (tx) => {
      const marked = await markTail(tx, rowsMax);
      if (marked) await foldMarked(tx);
      return marked;
    });
    // Streams go on in between: on SQLite a transaction never yields.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return folded;
}
