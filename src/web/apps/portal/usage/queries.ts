import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { Grouping } from "../../shared/usage.ts";
import { useSession } from "../session.tsx";
import type { Range } from "./range.ts";
import { rangeStart } from "./range.ts";

const AGAIN_MS = 20_000;
const PAGE = 50;

/** The reader's own zone: days begin there. */
export const zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/**
 * What was used, in groups. Where a range ends is the gateway's "now", which the report of the present month tells: the time of this machine may
 * be wrong, and in the sandbox time is moved ahead.
 */
export function useReport(range: Range, group_by: Grouping) {
  const { api } = useSession();
  const month = useQuery({
    queryKey: ["usage", "month"],
    queryFn: () => api.get(`usage?${new URLSearchParams({ tz: zone(), group_by: "day" })}`),
    refetchInterval: AGAIN_MS,
  });
  const now = month.data?.to;
  const isMonth = range === "month" && group_by === "day";
  const report = useQuery({
    queryKey: ["usage", range, group_by],
    queryFn: () => {
      const query = new URLSearchParams({ tz: zone(), group_by });
      if (range !== "month" && now) query.set("from", rangeStart(range, now));
      return api.get(`usage?${query}`);
    },
    enabled: now !== undefined && !isMonth,
    refetchInterval: AGAIN_MS,
    placeholderData: keepPreviousData,
  });
  if (isMonth) return month;
  return month.error ? { ...report, error: month.error, refetch: month.refetch } : report;
}

/** The calls themselves, the newest first, a page at a time. */
export function useEvents() {
  const { api } = useSession();
  return useInfiniteQuery({
    queryKey: ["usage", "events"],
    initialPageParam: "",
    queryFn: ({ pageParam }) =>
      api.get(`usage/events?limit=${PAGE}${pageParam && `&after_id=${encodeURIComponent(pageParam)}`}`),
    getNextPageParam: ({ has_more, last_id }) => (has_more ? last_id : undefined),
    refetchInterval: ({ state }) => (state.data && state.data.pages.length > 1 ? false : AGAIN_MS),
  });
}
