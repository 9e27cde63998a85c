import { useQuery } from "@tanstack/react-query";
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

export const useStanding = ({ door }: Payer) =>
  useQuery({
    queryKey: ["standing", door],
    queryFn: () => adminApi.get(`${door}/billing`),
    refetchInterval: CALM_MS,
  });

/** Null where there was never one. */
export const useSubscription = ({ door }: Payer) =>
  useQuery({
    queryKey: ["subscription", door],
    queryFn: () => adminApi.find(`${door}/subscription`),
    refetchInterval: CALM_MS,
  });

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
