import { Center, Loader } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Router } from "wouter";
import { ApiError } from "../shared/api.ts";
import { NoticeProvider } from "../shared/notice.tsx";
import { Trouble } from "../shared/Trouble.tsx";
import { Shell } from "./Shell.tsx";
import { SignIn } from "./SignIn.tsx";
import { adminApi, SessionProvider } from "./session.tsx";

/** The operator's pages: the door, and behind it the shell with one of them. */
export function Dashboard() {
  const client = useQueryClient();
  const me = useQuery({ queryKey: ["me"], queryFn: () => adminApi.get("me"), staleTime: 60_000 });
  const isOutside = me.error instanceof ApiError && me.error.status === 401;
  const enter = () => client.resetQueries({ queryKey: ["me"] });

  if (isOutside) return <SignIn onSignedIn={enter} />;
  if (me.data)
    return (
      <SessionProvider me={me.data}>
        <NoticeProvider>
          <Router base="/dashboard">
            <Shell />
          </Router>
        </NoticeProvider>
      </SessionProvider>
    );
  return (
    <Center mih="100vh" p="md" component="main">
      {me.error ? (
        <Trouble error={me.error} title="The dashboard cannot be shown" onRetry={() => void me.refetch()} />
      ) : (
        <Loader role="status" aria-label="Opening the dashboard" />
      )}
    </Center>
  );
}
