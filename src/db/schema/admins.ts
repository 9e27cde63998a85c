import { c } from "../columns.ts";

/** Those who may administer besides the bootstrap token. Revoked ones stay: the audit log names who did what by these ids. */
export const adminKeys = c.table(
  "admin_keys",
  {
    id: c.text().primaryKey(),
    name: c.text().notNull(),
    role: c.text<"owner" | "finance" | "support">().notNull(),
    hash: c.text().notNull(),
    prefix: c.text().notNull(),
    expires_at: c.int(),
    revoked_at: c.int(),
    created_at: c.int().notNull(),
  },
  (t) => [c.uniqueIndex("admin_keys_hash").on(t.hash)],
);

/** Browsers that are signed in. What they signed in with is kept as its hash: a session is worth what that credential is still worth. */
export const adminSessions = c.table(
  "admin_sessions",
  {
    id: c.text().primaryKey(),
    hash: c.text().notNull(),
    credential_hash: c.text().notNull(),
    /** Where it was opened from. */
    address: c.text(),
    agent: c.text(),
    expires_at: c.int().notNull(),
    created_at: c.int().notNull(),
  },
  (t) => [
    c.uniqueIndex("admin_sessions_hash").on(t.hash),
    c.index("admin_sessions_credential").on(t.credential_hash, t.id),
    c.index("admin_sessions_expiry").on(t.expires_at),
  ],
);
