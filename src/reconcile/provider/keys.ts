import type { TenantId } from "../../kernel/id.ts";
import type { ProviderKey } from "./port.ts";

/** Under which key and workspace the provider knows the calls of a tenant. */
export interface KeyOfTenant {
  readonly api_key_id: string;
  readonly workspace_id: string;
}

/** How the keys that calls are made with are called in the provider's reports. */
export interface KeyRing {
  /** Null where the key is of another organization: then its reports are not ours to read. */
  of(tenant_id: TenantId): KeyOfTenant | null;
  /** Whether the provider's rows of this key are ours; others are of other products. */
  owns(api_key_id: string | null): boolean;
}

/** The provider shows the two ends of a key: `sk-ant-api03-R2D...igAA`. */
export function isKey({ partial_key_hint }: Pick<ProviderKey, "partial_key_hint">, key: string): boolean {
  const [head = "", tail = ""] = (partial_key_hint ?? "").split(/\.{3}|…/);
  return head.length > 0 && tail.length > 0 && key.startsWith(head) && key.endsWith(tail);
}

/** The workspace of a key that is in none is called so. */
const DEFAULT_WORKSPACE = "default";
export const workspaceOf = (id: string | null): string => id ?? DEFAULT_WORKSPACE;

/** Throws where the operator's own key is not among them: then they are of another organization, and nothing can be compared. */
export function keyRing(
  keys: readonly ProviderKey[],
  secrets: { readonly operator: string; readonly own: ReadonlyMap<TenantId, string> },
): KeyRing {
  const known = (secret: string): KeyOfTenant | null => {
    const key = keys.find((one) => isKey(one, secret));
    return key ? { api_key_id: key.id, workspace_id: workspaceOf(key.workspace_id) } : null;
  };
  const operator = known(secrets.operator);
  if (!operator) throw new Error("ANTHROPIC_API_KEY is not among the keys that ANTHROPIC_ADMIN_KEY can see");
  const own = new Map([...secrets.own].map(([tenant, secret]) => [tenant, known(secret)]));
  const ours = new Set([operator, ...own.values()].map((key) => key?.api_key_id));
  return {
    of: (tenant_id) => (own.has(tenant_id) ? (own.get(tenant_id) ?? null) : operator),
    owns: (api_key_id) => api_key_id !== null && ours.has(api_key_id),
  };
}
