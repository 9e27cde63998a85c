import { type QueryClient, type UseQueryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useSession } from "../session.tsx";

/** What is shown is asked for anew this often, and more often after something was done: webhooks bring its effects a moment later. */
const CALM_MS = 20_000;
const EAGER_MS = 1_000;
const EAGER_FOR_MS = 20_000;
/** While somebody pays in another tab. */
const WATCHFUL_MS = 3_000;
const WATCHFUL_FOR_MS = 15 * 60_000;

interface Pace {
  readonly every_ms: number;
  readonly until: number;
}
const PACE = ["pace"];

function paceOf(client: QueryClient): number {
  const pace = client.getQueryData<Pace>(PACE);
  return pace && performance.now() < pace.until ? pace.every_ms : CALM_MS;
}

const setPace = (client: QueryClient, every_ms: number, for_ms: number): void =>
  void client.setQueryData<Pace>(PACE, { every_ms, until: performance.now() + for_ms });

function useBillingQuery<T>(name: string, queryFn: () => Promise<T>, options: Partial<UseQueryOptions<T>> = {}) {
  const client = useQueryClient();
  return useQuery<T>({
    queryKey: ["billing", name],
    queryFn,
    refetchInterval: () => paceOf(client),
    refetchOnWindowFocus: "always",
    ...options,
  });
}

export function useBilling() {
  const { api } = useSession();
  return useBillingQuery("standing", () => api.get("billing"));
}

export function useQuota() {
  const { api } = useSession();
  return useBillingQuery("quota", () => api.get("quota"));
}

/** Null where there is none. */
export function useSubscription() {
  const { api } = useSession();
  return useBillingQuery("subscription", () => api.find("billing/subscription"));
}

export function usePlans() {
  const { api } = useSession();
  const cheapestFirst = async () =>
    (await api.get("plans?limit=100")).data.toSorted((a, b) => a.price_paise - b.price_paise);
  return useBillingQuery("plans", cheapestFirst, { refetchInterval: CALM_MS * 3 });
}

/** Null until it is filled in. */
export function useProfile() {
  const { api } = useSession();
  return useBillingQuery("profile", () => api.find("billing/profile"), { refetchInterval: CALM_MS * 3 });
}

export function useMandates() {
  const { api } = useSession();
  return useBillingQuery("mandates", () => api.get("billing/mandate"));
}

const INVOICES_MAX = 100;

/** The newest first. */
export function useInvoices() {
  const { api } = useSession();
  return useBillingQuery("invoices", () => api.get(`billing/invoices?limit=${INVOICES_MAX}`));
}

/** To be called after anything was done: everything is asked for anew, now and soon again. */
export function useRefresh(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    setPace(client, EAGER_MS, EAGER_FOR_MS);
    await client.invalidateQueries({ queryKey: ["billing"] });
  };
}

/** To be called when somebody leaves to pay on a page of Razorpay's: nobody tells this page when it is done. */
export function useWatch(): () => void {
  const client = useQueryClient();
  return () => {
    setPace(client, WATCHFUL_MS, WATCHFUL_FOR_MS);
    void client.invalidateQueries({ queryKey: ["billing"] });
  };
}
