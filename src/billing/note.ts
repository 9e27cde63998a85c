import type { AuditEntry } from "../db/audit.ts";
import type { Database, Tx } from "../db/database.ts";
import { RazorpayRefusal } from "./razorpay/errors.ts";

/** Writes down what an administrator does for a payer, in the transaction that does it. What customers do is in the books themselves: theirs is null. */
export type Note = (tx: Tx, action: string, change: Pick<AuditEntry, "before" | "after">) => Promise<void>;

/**
 * Does at Razorpay what an administrator wants of it. No transaction holds both, so who wants it is written down first: a process that dies on the way must
 * not leave a change that nobody made. Where Razorpay refuses, that is written down as well.
 */
export async function intended<T>(
  { db }: { readonly db: Database },
  note: Note | null,
  [action, change]: readonly [action: string, change: Pick<AuditEntry, "before" | "after">],
  ask: () => Promise<T>,
): Promise<T> {
  if (!note) return ask();
  await db.transaction((tx) => note(tx, action, change));
  try {
    return await ask();
  } catch (error) {
    if (error instanceof RazorpayRefusal) {
      const after = { message: error.message };
      await db.transaction((tx) => note(tx, `${action}_refused`, { after }));
    }
    throw error;
  }
}
