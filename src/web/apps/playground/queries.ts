import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { openApi } from "../shared/api.ts";

/** While an answer grows, so does what is held for it. */
const LIVE_MS = 1_000;

/** What may still be spent with this key: looked at every second while an answer is under way. */
export const useQuota = (key: string, { isLive }: { readonly isLive: boolean }) =>
  useQuery({
    queryKey: ["quota", key],
    queryFn: () => openApi(key).get("quota"),
    enabled: key !== "",
    refetchInterval: isLive ? LIVE_MS : false,
  });

/** The models that this key may use, by the names that people know them by. */
export const useModels = (key: string) =>
  useQuery({
    queryKey: ["models", key],
    queryFn: async () => {
      const headers = { "anthropic-version": "2023-06-01" };
      return (await openApi(key, headers).get("/v1/models?limit=1000")).data;
    },
    enabled: key !== "",
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Whether the gateway says that it can serve. */
export const useReady = () =>
  useQuery({
    queryKey: ["ready"],
    queryFn: async () => (await fetch("/readyz").catch(() => null))?.ok ?? false,
  });

/** To be called when an answer has ended: what is left is another amount. */
export function useLookAgain(): () => void {
  const client = useQueryClient();
  return useCallback(() => {
    void client.invalidateQueries({ queryKey: ["quota"] });
    void client.invalidateQueries({ queryKey: ["ready"] });
  }, [client]);
}

/** There is no event of it, or not yet. */
export class NotSettled extends Error {
  constructor() {
    super("There is no receipt: nothing was used.");
  }
}

const LOOKS_MAX = 8;
const LOOK_AGAIN_MS = 400;

/** Usage is recorded when an answer has ended; one that was stopped takes a moment to be. Until then there is no event of it. */
export const receiptQuery = (key: string, request_id: string) => ({
  queryKey: ["receipt", key, request_id],
  queryFn: async () => {
    const [api, id] = [openApi(key), encodeURIComponent(request_id)];
    const { data } = await api.get(`usage/events?request_id=${id}&limit=1`);
    if (data.length === 0) throw new NotSettled();
    return api.get(`usage/events/${id}`);
  },
  retry: (failures: number, error: Error) => error instanceof NotSettled && failures < LOOKS_MAX,
  retryDelay: LOOK_AGAIN_MS,
  staleTime: Number.POSITIVE_INFINITY,
});
