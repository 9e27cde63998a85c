import { useCallback, useState } from "react";

/** The playground's too: whoever entered a key there is signed in here. */
const STORED = "tollgate-key";

/**
 * The API key or token of this tab: it is in no cookie, and gone when the tab is closed. One that somebody was sent here with (`brought`), and
 * any inside of another page, is kept in memory alone: there a browser may not even let the page have a store.
 */
export function useCredential({ brought, isFramed }: { readonly brought: string | null; readonly isFramed: boolean }): {
  readonly credential: string | null;
  signIn(credential: string): void;
  /** For as long as this page stays. */
  signInForNow(credential: string): void;
  signOut(): void;
} {
  const [credential, setCredential] = useState(() => brought ?? (isFramed ? null : sessionStorage.getItem(STORED)));
  const signIn = useCallback(
    (next: string) => {
      if (!isFramed) sessionStorage.setItem(STORED, next);
      setCredential(next);
    },
    [isFramed],
  );
  const signOut = useCallback(() => {
    if (!isFramed) sessionStorage.removeItem(STORED);
    setCredential(null);
  }, [isFramed]);
  return { credential, signIn, signInForNow: setCredential, signOut };
}
