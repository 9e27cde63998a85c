import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiError } from "../../../shared/api.ts";
import type { Plan } from "../../../shared/openapi.ts";
import { adminApi } from "../../session.tsx";

/** What the routes of a payer begin with. */
export type Door = `tenants/${string}` | `users/${string}`;

/** Whose billing: a tenant's, or that of one of its users, where each user pays. */
export interface Payer {
  readonly door: Door;
}

const CALM_MS = 15_000;
/** While the customer has something to approve: an operator looks on. */
const EAGER_MS = 2_000;

export const useStanding = ({ door }: Payer) =>
  useQuery({
    queryKey: ["standing", door],
    queryFn: () => adminApi.get(`${door}/billing`),
    refetchInterval: CALM_MS,
  });

interface Waiting {
  readonly status: string;
  readonly next: { readonly status: string } | null;
}
const isWaiting = (of: Waiting | null | undefined): boolean =>
  of?.status === "created" || of?.next?.status === "created";

/** Null where there is none. When its state has changed, so has what it gives: that is asked for anew. */
export function useSubscription({ door }: Payer) {
  const client = useQueryClient();
  const queryKey = ["subscription", door];
  return useQuery({
    queryKey,
    queryFn: async () => {
      const before = client.getQueryData<Waiting | null>(queryKey);
      const found = await adminApi.find(`${door}/subscription`);
      if (before && before.status !== found?.status) void client.invalidateQueries({ queryKey: ["standing", door] });
      return found;
    },
    refetchInterval: ({ state }) => (isWaiting(state.data) ? EAGER_MS : CALM_MS),
  });
}

/** Billing is off in an installation without keys of Razorpay: that is no failure of the page. */
export const isOff = (error: Error | null): boolean =>
  error instanceof ApiError && error.code === "billing_not_configured";

/** The plans that can be sold in a currency. */
export function useOffered(currency: string): readonly Plan[] {
  const plans = useQuery({
    queryKey: ["plans", "offered"],
    queryFn: () => adminApi.get("plans?limit=1000"),
  });
  return (plans.data?.data ?? []).filter((plan) => plan.currency === currency && plan.archived_at === null);
}
