import { type Answer, ask } from "../http/ask.ts";
import type { World } from "../support/world.ts";

export interface AdminKey {
  readonly id: string;
  readonly secret: string;
  readonly name: string;
  readonly role: string;
  readonly prefix: string;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
}

export const adminKey = (world: World, role: "owner" | "finance" | "support", fields: Record<string, unknown> = {}) =>
  world.admin<AdminKey>("POST", "keys", { name: `a ${role}`, role, ...fields });

/** Below `/api/admin/`, with this bearer. */
export const asking = <T = Record<string, unknown>>(
  world: World,
  bearer: string,
  [method, path, json]: readonly [method: string, path: string, json?: unknown],
): Promise<Answer<T>> => ask<T>(world, `/api/admin/${path}`, { method, bearer, json });
