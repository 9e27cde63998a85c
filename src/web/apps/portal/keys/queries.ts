import { useQuery } from "@tanstack/react-query";
import { useSession } from "../session.tsx";

export interface Key {
  readonly id: string;
  readonly user_id: string | null;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly string[];
  readonly models: readonly string[] | null;
  readonly routes: readonly string[] | null;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
  readonly created_at: string;
}

export const KEYS = ["keys"];
const MOST = 1_000;

/** All keys that this credential may see to; only to be used where it may. */
export function useKeys() {
  const { api, me } = useSession();
  return useQuery({
    queryKey: KEYS,
    queryFn: () => api.get<{ data: Key[]; has_more: boolean }>(`keys?limit=${MOST}`),
    enabled: me.scopes.includes("keys:write"),
  });
}

const NO_NAMES: ReadonlyMap<string, string> = new Map();

/** What keys are called, by id: as far as this credential may know. */
export function useKeyNames(): ReadonlyMap<string, string> {
  const { data } = useKeys();
  return data ? new Map(data.data.map(({ id, name }) => [id, name])) : NO_NAMES;
}
