import { useQuery } from "@tanstack/react-query";
import { useSession } from "../session.tsx";

const MODELS_KEPT_MS = 5 * 60_000;

/** Ids of the models that this credential may use. */
export function useModels() {
  const { api } = useSession();
  return useQuery({
    queryKey: ["models"],
    queryFn: async () => (await api.get("/v1/models?limit=1000")).data.map(({ id }) => id),
    staleTime: MODELS_KEPT_MS,
  });
}
