import "@mantine/core/styles.css";
import "./base.css";
import { MantineProvider } from "@mantine/core";
import { focusManager, MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import type { Accent } from "./accent.ts";
import { ApiError } from "./api.ts";
import { nonce } from "./meta.ts";
import { themeOf, variablesOf } from "./theme.ts";

/** Read by the library that keeps the page still behind a dialog. */
Object.assign(globalThis, { __webpack_nonce__: nonce });

const RETRIES = 2;

/** A window that comes to the front is looked at again, also where it was never hidden: beside the one that was paid in. */
focusManager.setEventListener((isFocused) => {
  const look = () => isFocused();
  addEventListener("visibilitychange", look);
  addEventListener("focus", look);
  return () => {
    removeEventListener("visibilitychange", look);
    removeEventListener("focus", look);
  };
});

/** How a page is to look where that is not its own choice. */
export interface Look {
  readonly accent: Accent | null;
  readonly scheme: "light" | "dark" | null;
}

/** Puts an application on its page, with what all of them share. */
export function mount(app: ReactNode, { accent, scheme }: Look = { accent: null, scheme: null }): void {
  // A token has ended: whoever it was is asked for anew, and shown the door.
  const onError = (error: Error) => {
    if (error instanceof ApiError && error.status === 401) void client.invalidateQueries({ queryKey: ["me"] });
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: (error, { queryKey }) => queryKey[0] !== "me" && onError(error) }),
    // Who is refused at the door was never inside.
    mutationCache: new MutationCache({
      onError: (error, _sent, _begun, { meta }) => meta?.atTheDoor || onError(error),
    }),
    defaultOptions: {
      queries: {
        // What the gateway refuses it refuses again.
        retry: (failures, error) => failures < RETRIES && !(error instanceof ApiError && error.status in REFUSALS),
        staleTime: 2_000,
      },
    },
  });
  createRoot(document.getElementById("root")!).render(
    <StrictMode>
      <MantineProvider
        theme={themeOf(accent ?? undefined)}
        cssVariablesResolver={variablesOf(accent ?? undefined)}
        defaultColorScheme="auto"
        forceColorScheme={scheme ?? undefined}
        getStyleNonce={() => nonce}
      >
        <QueryClientProvider client={client}>{app}</QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}

const REFUSALS: Readonly<Record<number, true>> = { 400: true, 401: true, 403: true, 404: true, 409: true };
