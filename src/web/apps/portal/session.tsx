import { createContext, type ReactNode, useContext, useMemo } from "react";
import { type Api, openApi } from "../shared/api.ts";

/** Who is signed in, and the API as they may use it. */
export interface Session {
  readonly api: Api;
  readonly me: Me;
}

export interface Me {
  readonly tenant: {
    readonly id: string;
    readonly name: string;
    readonly currency: string;
    readonly timezone: string;
    readonly status: string;
  };
  readonly user: { readonly id: string; readonly external_id: string } | null;
  readonly key_id: string | null;
  readonly scopes: readonly string[];
  /** The ceiling of `max_tokens` that a token may carry. */
  readonly max_tokens: number | null;
}

const SessionContext = createContext<Session | null>(null);

export function SessionProvider({
  credential,
  me,
  children,
}: {
  readonly credential: string;
  readonly me: Me;
  readonly children: ReactNode;
}) {
  const session = useMemo(() => ({ api: openApi(credential), me }), [credential, me]);
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("nobody is signed in here");
  return session;
}
