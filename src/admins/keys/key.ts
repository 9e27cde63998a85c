import { randomBytes } from "node:crypto";
import { z } from "zod";
import { Name, Time } from "../../http/fields.ts";
import { type Instant, iso, isoOrNull } from "../../kernel/clock.ts";
import { newId } from "../../kernel/id.ts";
import { hashSecret } from "../../tenants/keys.ts";
import { ROLES } from "../role.ts";
import type { AdminKeyRow } from "./store.ts";

export const NewAdminKey = z.strictObject({
  name: Name,
  role: z.enum(ROLES),
  expires_at: Time.nullable().default(null),
});

/** What of a key can be changed: whose it is and what it may do stays apart from its secret. */
export const AdminKeyChange = NewAdminKey.pick({ name: true, role: true }).partial();

/** How much of a secret is shown in lists: enough to tell keys apart. */
const PREFIX_LENGTH = "tg_admin_".length + 4;

/** A secret that only an administrator has, with 192 bits of chance. */
export const mintAdminSecret = (): string => `tg_admin_${randomBytes(24).toString("base64url")}`;

/** A new key, and its secret, which is shown once. */
export function mintAdminKey(fields: z.infer<typeof NewAdminKey>, at: Instant): { key: AdminKeyRow; secret: string } {
  const secret = mintAdminSecret();
  const hidden = { hash: hashSecret(secret), prefix: secret.slice(0, PREFIX_LENGTH) };
  return { secret, key: { ...fields, ...hidden, id: newId("admin_key", at), revoked_at: null, created_at: at } };
}

/** Whether one of these keys is another one that still opens something. */
export const isAnother = (
  keys: readonly AdminKeyRow[],
  { than, at }: { readonly than: string; readonly at: number },
): boolean =>
  keys.some(
    ({ id, revoked_at, expires_at }) => id !== than && revoked_at === null && (expires_at === null || expires_at > at),
  );

export const presentAdminKey = ({ hash: _, expires_at, revoked_at, created_at, ...row }: AdminKeyRow) => ({
  ...row,
  ...{ expires_at: isoOrNull(expires_at), revoked_at: isoOrNull(revoked_at), created_at: iso(created_at) },
});
