import type { Reader } from "../db/database.ts";
import type { UserId } from "../kernel/id.ts";
import { Problem } from "../kernel/problems.ts";
import { findTenant, findUser, type TenantRow } from "./store.ts";

/** Who pays under this id: the tenant, or one user of it where the tenant bills each. The other of the two is a Problem. */
export async function payerOf(
  read: Reader,
  ref: string,
  isUser: boolean,
): Promise<{ tenant: TenantRow; user_id: UserId | null }> {
  const user = isUser ? await findUser(read, ref) : null;
  const tenant = await findTenant(read, user?.tenant_id ?? ref);
  if ((tenant.billing === "user") !== isUser) {
    throw new Problem("conflict", {
      message: isUser
        ? "This tenant pays for all its users: name the tenant."
        : "This tenant bills each user: name a user.",
    });
  }
  return { tenant, user_id: user?.id ?? null };
}
