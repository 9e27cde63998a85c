import { Alert, Center, Container, Loader } from "@mantine/core";
import { onlineManager, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useSyncExternalStore } from "react";
import { ApiError, openApi } from "../shared/api.ts";
import { useCredential } from "../shared/credential.ts";
import { Trouble } from "../shared/Trouble.tsx";
import { Account } from "./Account.tsx";
import { isFramed, useHeightForFrame, useTokenOfFrame } from "./frame.ts";
import { Header } from "./Header.tsx";
import classes from "./portal.module.css";
import { SignIn } from "./SignIn.tsx";
import { SessionProvider } from "./session.tsx";

/** The page of a tenant, or of one of its users; on its own, or inside of a page of the SaaS. */
export function Portal({ brought }: { readonly brought: string | null }) {
  const { credential, signIn, signInForNow, signOut } = useCredential({ brought, isFramed });
  const client = useQueryClient();
  const isOnline = useSyncExternalStore(
    (listener) => onlineManager.subscribe(listener),
    () => onlineManager.isOnline(),
  );
  const api = useMemo(() => openApi(credential ?? ""), [credential]);
  const me = useQuery({
    queryKey: ["me", credential],
    queryFn: () => api.get("me"),
    enabled: credential !== null,
    staleTime: 60_000,
  });
  const leave = () => {
    signOut();
    client.clear();
  };
  const isRefused = me.error instanceof ApiError && me.error.status === 401;
  const isOutside = credential === null || isRefused;
  useTokenOfFrame(isOutside, signInForNow);
  useHeightForFrame();

  return (
    <>
      {isFramed ? (
        <h1 className={classes.unseen}>Your account</h1>
      ) : (
        <Header me={isOutside ? undefined : me.data} onSignOut={isOutside ? undefined : leave} />
      )}
      <Container component="main" size={1080} py="lg" px={{ base: "sm", sm: "md" }}>
        {!isOnline && (
          <Alert color="yellow" mb="md" title="You are offline" role="status">
            What is shown may be out of date. It is brought up to date as soon as you are back.
          </Alert>
        )}
        {isOutside && isFramed ? (
          <Ended />
        ) : isOutside ? (
          <SignIn onSignIn={signIn} refused={isRefused ? me.error : null} />
        ) : me.data ? (
          <SessionProvider credential={credential} me={me.data}>
            <Account />
          </SessionProvider>
        ) : me.error ? (
          <Trouble error={me.error} title="Your account cannot be shown" onRetry={() => void me.refetch()} />
        ) : (
          <Center mih={320}>
            <Loader role="status" aria-label="Signing in" />
          </Center>
        )}
      </Container>
    </>
  );
}

/** Inside of another page nobody is asked for a key: the page around brings a token, or is loaded again. */
const Ended = () => (
  <Alert color="gray" title="You are not signed in here" role="status">
    Your time here has ended. Load the page again to go on.
  </Alert>
);
