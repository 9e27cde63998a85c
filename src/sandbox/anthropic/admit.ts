import type { IncomingHttpHeaders } from "node:http";
import { VERSIONS } from "./complaints.ts";
import { type Fault, faultOf, invalid } from "./fault.ts";

/** Who is asking, and by which API version; or why they may not. When both credentials come, `x-api-key` counts. */
export function admit(
  headers: IncomingHttpHeaders,
  keys: ReadonlySet<string>,
): { key: string; version: string } | Fault {
  const header = headers["x-api-key"];
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1];
  const key = typeof header === "string" ? header : bearer;
  if (key === undefined) return faultOf(401, "x-api-key header is required");
  if (!keys.has(key)) return faultOf(401, header === undefined ? "Invalid bearer token" : "invalid x-api-key");

  const version = headers["anthropic-version"];
  if (typeof version !== "string") return invalid("anthropic-version: header is required");
  if (!VERSIONS.includes(version)) return invalid(`anthropic-version: "${version}" is not a valid version`);
  return { key, version };
}
