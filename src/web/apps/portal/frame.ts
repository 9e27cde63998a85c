import { useEffect } from "react";

/** Whether the page stands inside of another one. The gateway lets only pages of the tenant's own origins put it there. */
export const isFramed = window.parent !== window;

/** Nothing that is said to the page around is secret, so it is said to whichever it is. */
const tell = (message: { readonly type: string; readonly height?: number }) => window.parent.postMessage(message, "*");

/** Lets the page around know that a token is wanted, and takes the one it sends: so a short-lived one is renewed without a reload. */
export function useTokenOfFrame(isWanted: boolean, onToken: (token: string) => void): void {
  useEffect(() => {
    if (!isFramed) return;
    const listen = ({ source, data }: MessageEvent<{ type?: unknown; token?: unknown } | null>) => {
      if (source !== window.parent || data?.type !== "tollgate:token") return;
      if (typeof data.token === "string" && data.token) onToken(data.token);
    };
    addEventListener("message", listen);
    if (isWanted) tell({ type: "tollgate:token-wanted" });
    return () => removeEventListener("message", listen);
  }, [isWanted, onToken]);
}

/** Lets the page around know how tall this one is, so that it need not scroll twice. */
export function useHeightForFrame(): void {
  useEffect(() => {
    if (!isFramed) return;
    const { body } = document;
    const watch = new ResizeObserver(() => tell({ type: "tollgate:height", height: Math.ceil(body.scrollHeight) }));
    watch.observe(body);
    return () => watch.disconnect();
  }, []);
}
