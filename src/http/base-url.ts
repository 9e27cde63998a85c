import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";

/**
 * Our own URL as this caller knows it: configured, else the one it asked. That a proxy in front speaks TLS is believed without further
 * proof: whoever lies about it only gets a link of its own that does not work.
 */
export function baseUrlOf(publicUrl: string | undefined, req: IncomingMessage): string {
  if (publicUrl) return publicUrl.replace(/\/+$/, "");
  const forwarded = String(req.headers["x-forwarded-proto"] ?? "")
    .split(",")[0]!
    .trim();
  const secure = forwarded === "https" || (req.socket as Partial<TLSSocket>).encrypted === true;
  return `${secure ? "https" : "http"}://${req.headers.host ?? "localhost"}`;
}
