import "./base.css";
import "./playground.css";
import "./chat.css";
import "./panels.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Playground } from "./Playground.tsx";

/** The first page that anybody sees: it has no component library, so that it is there at once. What it shows is asked for when it is due, once. */
const client = new QueryClient({ defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false } } });

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <Playground />
    </QueryClientProvider>
  </StrictMode>,
);
