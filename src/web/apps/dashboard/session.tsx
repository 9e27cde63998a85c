import { createContext, type ReactNode, useContext, useMemo } from "react";
import { openApi } from "../shared/api.ts";
import type { Routes } from "../shared/openapi.ts";

const ROOT = "/api/admin/";
export type AdminRoot = typeof ROOT;

/** The administrators' API, by the cookie that no script can read. */
export const adminApi = openApi(null, {}, ROOT);

/** Who is signed in. */
export type Me = Routes["GET /api/admin/me"]["answer"];
export type Role = Me["role"];

/** Who is signed in, and what their role lets them change; the server decides, the page only leaves out what it would refuse. */
export interface Session {
  readonly me: Me;
  /** Tenants, keys, limits, plans, prices, settings. */
  readonly mayChange: boolean;
  /** What moves money: credits, invoices, subscriptions. */
  readonly mayBill: boolean;
}

const SessionContext = createContext<Session | null>(null);

export function SessionProvider({ me, children }: { readonly me: Me; readonly children: ReactNode }) {
  const session = useMemo(
    () => ({ me, mayChange: me.role === "owner", mayBill: me.role === "owner" || me.role === "finance" }),
    [me],
  );
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("nobody is signed in here");
  return session;
}
