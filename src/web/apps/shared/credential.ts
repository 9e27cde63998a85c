import { useCallback, useState } from "react";

/** The playground's too: whoever entered a key there is signed in here. */
const STORED = "tollgate-key";

const BROUGHT = "#token=";

/** A token that a SaaS sent its user here with, behind a `#` that no server sees; it is taken out of the address at once. */
function brought(): string | null {
  const { hash, pathname, search } = location;
  if (!hash.startsWith(BROUGHT)) return null;
  const token = hash.slice(BROUGHT.length);
  history.replaceState(null, "", pathname + search);
  sessionStorage.setItem(STORED, token);
  return token;
}

/** The API key or token of this tab: it is in no cookie, and gone when the tab is closed. */
export function useCredential(): {
  readonly credential: string | null;
  signIn(credential: string): void;
  signOut(): void;
} {
  const [credential, setCredential] = useState(() => brought() ?? sessionStorage.getItem(STORED));
  const signIn = useCallback((next: string) => {
    sessionStorage.setItem(STORED, next);
    setCredential(next);
  }, []);
  const signOut = useCallback(() => {
    sessionStorage.removeItem(STORED);
    setCredential(null);
  }, []);
  return { credential, signIn, signOut };
}
