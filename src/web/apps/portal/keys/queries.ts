import { useQuery } from "@tanstack/react-query";
import { useSession } from "../session.tsx";

export type { Key } from "../../shared/openapi.ts";

export const KEYS = ["keys"];
const MOST = 1_000;

/** All keys that this credential may see to; only to be used where it may. */
export function useKeys() {
  const { api, me } = useSession();
  return useQuery({
    queryKey: KEYS,
    queryFn: () => api.get(`keys?limit=${MOST}`),
    enabled: me.scopes.includes("keys:write"),
  });
}

const NO_NAMES: ReadonlyMap<string, string> = new Map();

/** What keys are called, by id: as far as this credential may know. */
export function useKeyNames(): ReadonlyMap<string, string> {
  const { data } = useKeys();
  return data ? new Map(data.data.map(({ id, name }) => [id, name])) : NO_NAMES;
}
