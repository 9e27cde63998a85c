import { isUtf8 } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Principal, setPrincipal } from "../http/principal.ts";
import { noteFacts } from "../http/request-log.ts";
import { Problem } from "../kernel/problems.ts";
import { assertOrigin } from "./origins.ts";
import type { Principals } from "./principals.ts";

/** Longer than any key or token that could be valid. */
const CREDENTIAL_LENGTH_MAX = 8_192;

export interface AuthenticateParts {
  readonly principals: Principals;
  readonly sandbox: boolean;
}

/** Finds out who is asking and remembers it with the answer (`principalOf`), or throws a Problem of 401 or 403. */
export async function authenticate(
  { principals, sandbox }: AuthenticateParts,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<Principal> {
  const principal = await principals.resolve({ secret: credentialOf(req), acting_user: actingUser(req) });
  assertOrigin(req, principal.tenant, { sandbox });
  setPrincipal(res, principal);
  noteFacts(res, {
    tenant_id: principal.tenant.id,
    user_id: principal.user?.id,
    key_id: principal.key_id ?? undefined,
  });
  return principal;
}

/**
 * The credential in `x-api-key` or `Authorization: Bearer`: clients of one API use the first, of the other the second, and some
 * send the same in both. Two different ones are refused, because guessing which was meant could bill the wrong tenant.
 */
function credentialOf(req: IncomingMessage): string {
  const apiKey = single(req.headers["x-api-key"]);
  const bearer = bearerOf(req);
  if (apiKey && bearer && apiKey !== bearer) {
    throw new Problem("invalid_credentials", {
      message: "x-api-key and Authorization carry two different credentials: send one.",
    });
  }
  const credential = apiKey || bearer;
  if (!credential) throw new Problem("missing_credentials");
  if (credential.length > CREDENTIAL_LENGTH_MAX)
    throw new Problem("invalid_credentials", { message: "This credential is too long." });
  return credential;
}

export function bearerOf(req: IncomingMessage): string {
  const [scheme, token] = (req.headers.authorization ?? "").split(/ +/);
  return scheme?.toLowerCase() === "bearer" ? (token?.trim() ?? "") : "";
}

/** Node reads headers as latin1, and programs send UTF-8: `zoë` must be the same user here as in a token's `sub`. */
function actingUser(req: IncomingMessage): string | null {
  const bytes = Buffer.from(single(req.headers["x-tollgate-user"]), "latin1");
  return (isUtf8(bytes) ? bytes.toString("utf8") : bytes.toString("latin1")) || null;
}

const single = (header: string | string[] | undefined): string =>
  (Array.isArray(header) ? header[0]! : (header ?? "")).trim();
