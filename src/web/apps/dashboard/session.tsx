import { createContext, type ReactNode, useContext, useMemo } from "react";
import { type Api, openApi } from "../shared/api.ts";

/** The administrators' API, by the cookie that no script can read. */
export const adminApi: Api = openApi(null, {}, "/api/admin/");

export type Role = "owner" | "finance" | "support";

/** Who is signed in. */
export interface Me {
  readonly name: string;
  readonly role: Role;
  readonly session_id: string | null;
  readonly sandbox: boolean;
}

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
