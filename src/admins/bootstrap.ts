import type { Tx } from "../db/database.ts";
import { hashSecret } from "../tenants/keys.ts";
import { mintAdminSecret } from "./keys/key.ts";
import { deleteSessionsOf } from "./sessions/store.ts";
import { bootstrapHash, saveBootstrapHash } from "./store.ts";

/**
 * Sets the admin token: the configured one, or at the very first start a new one. Returns it only when it was made now, so
 * that it can be printed, once.
 */
export async function ensureAdminToken(tx: Tx, configured: string | undefined): Promise<string | null> {
  const stored = await bootstrapHash(tx);
  if (configured === undefined && stored) return null;
  const token = configured ?? mintAdminSecret();
  const hash = hashSecret(token);
  if (hash === stored) return null;
  // Whoever signed in with the one before is signed out.
  if (stored) await deleteSessionsOf(tx, stored);
  await saveBootstrapHash(tx, hash);
  return configured === undefined ? token : null;
}
