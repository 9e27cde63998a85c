import { eq } from "drizzle-orm";
import type { Reader, Tx } from "../db/database.ts";
import { installation } from "../db/schema.ts";

export async function bootstrapHash(read: Reader): Promise<string | undefined> {
  const [row] = await read.select().from(installation).where(eq(installation.name, "admin_token_hash"));
  return row?.value;
}

export async function saveBootstrapHash(tx: Tx, value: string): Promise<void> {
  await tx
    .insert(installation)
    .values({ name: "admin_token_hash", value })
    .onConflictDoUpdate({ target: installation.name, set: { value } });
}
