import type { IncomingMessage, ServerResponse } from "node:http";
import { addressOf } from "../../http/answers.ts";

/** The cookie of a signed-in browser: no script reads it, no other site's page sends it, and only the administrators' API gets it. */
const NAME = "tollgate_session";
const ATTRIBUTES = "Path=/api/admin; HttpOnly; SameSite=Strict";

/** The secret in it; empty where there is none. */
export function sessionSecretOf({ headers }: IncomingMessage): string {
  for (const pair of (headers.cookie ?? "").split(";")) {
    const [name, value = ""] = pair.trim().split("=", 2);
    if (name === NAME) return value;
  }
  return "";
}

/** Whether our address, as this caller knows it, is one of TLS. */
export const isSecure = (res: ServerResponse): boolean => addressOf(res, "").startsWith("https:");

/** `secure` where the request came over TLS: a cookie that says so is not kept by a browser that came without. */
export const sessionCookie = (secret: string, { seconds, secure }: { seconds: number; secure: boolean }): string =>
  `${NAME}=${secret}; Max-Age=${seconds}; ${ATTRIBUTES}${secure ? "; Secure" : ""}`;

export const noCookie = ({ secure }: { secure: boolean }): string => sessionCookie("", { seconds: 0, secure });
