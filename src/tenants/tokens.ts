import { createPublicKey, createSecretKey, type KeyObject, randomUUID } from "node:crypto";
import jwt from "jsonwebtoken";
import { z } from "zod";
import { isKeepable } from "../http/parse.ts";
import { SECOND } from "../kernel/clock.ts";
import { Problem } from "../kernel/problems.ts";

/** Who signs the tokens that Tollgate itself issues. No registered issuer may have this name. */
export const OWN_ISSUER = "tollgate";
const OWN_AUDIENCE = "tollgate";

export const ALGORITHMS = [
  "HS256",
  "HS384",
  "HS512",
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
] as const;
export type Algorithm = (typeof ALGORITHMS)[number];
export const isShared = (algorithm: string): boolean => algorithm.startsWith("HS");

/** A token's bytes are bounded before anything is parsed. */
const TOKEN_LENGTH_MAX = 8_192;
const CLOCK_TOLERANCE_S = 5;

/** The claims of a token that Tollgate issued. `key` is the API key that asked for it: revoking that ends the token. */
export const OwnClaims = z.object({
  sub: z.string(),
  ten: z.string(),
  key: z.string(),
  models: z.array(z.string()).optional(),
  routes: z.array(z.string()).optional(),
  max_tokens: z.int().positive().optional(),
  preset: z.string().optional(),
});
export type OwnClaims = z.infer<typeof OwnClaims>;

export const signOwnToken = (key: KeyObject, claims: OwnClaims, ttlSeconds: number): string =>
  jwt.sign(claims, key, {
    algorithm: "HS256",
    issuer: OWN_ISSUER,
    audience: OWN_AUDIENCE,
    expiresIn: ttlSeconds,
    jwtid: randomUUID(),
  });

export interface Unverified {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly algorithm: string;
  readonly kid: string | undefined;
}

const invalid = (message: string, cause?: unknown) => new Problem("invalid_credentials", { message, cause });

/** What a token says of itself, believed by nobody yet: only good for finding the key that it must be verified with. */
export function peek(token: string): Unverified {
  if (token.length > TOKEN_LENGTH_MAX) throw invalid("This token is too long.");
  let decoded: jwt.Jwt | null = null;
  try {
    decoded = jwt.decode(token, { complete: true });
  } catch {}
  const payload = decoded?.payload;
  if (!decoded || !payload || typeof payload === "string")
    throw invalid("This credential is neither an API key nor a JWT.");
  if (typeof payload.iss !== "string" || !payload.aud) throw invalid("The token must carry the claims iss and aud.");
  const audiences = (Array.isArray(payload.aud) ? payload.aud : [payload.aud]).map(String).slice(0, 10);
  if (![payload.iss, ...audiences].every(isKeepable))
    throw invalid("The token's iss or aud contains a character that no issuer has.");
  return { issuer: payload.iss, audiences, algorithm: decoded.header.alg, kid: decoded.header.kid };
}

/** Who may have signed a token, and how: the algorithms are pinned here and never taken from the token. */
export interface Verifier {
  readonly key: KeyObject;
  readonly algorithms: readonly string[];
  readonly issuer: string;
  readonly audience: string;
}

export const ownVerifier = (key: KeyObject): Verifier => ({
  key,
  algorithms: ["HS256"],
  issuer: OWN_ISSUER,
  audience: OWN_AUDIENCE,
});

export interface VerifiedToken {
  readonly claims: jwt.JwtPayload;
  /** Epoch milliseconds. */
  readonly expires_at: number;
}

/** Verifies signature, issuer, audience and times; `exp` must be there. A key's type must fit the algorithm (jsonwebtoken checks). */
export function verifyToken(token: string, { key, algorithms, issuer, audience }: Verifier): VerifiedToken {
  let claims: jwt.JwtPayload | string;
  try {
    claims = jwt.verify(token, key, {
      algorithms: [...algorithms] as jwt.Algorithm[],
      issuer,
      audience,
      clockTolerance: CLOCK_TOLERANCE_S,
    });
  } catch (error) {
    if (error instanceof jwt.TokenExpiredError)
      throw new Problem("expired_credentials", { message: "This token has expired." });
    if (error instanceof jwt.NotBeforeError) throw invalid("This token is not valid yet.", error);
    throw invalid("This token cannot be verified.", error);
  }
  if (typeof claims === "string" || typeof claims.exp !== "number")
    throw invalid("The token must carry the claim exp.");
  return { claims, expires_at: claims.exp * SECOND };
}

/** A PEM public key (or certificate); throws a Problem on anything else, a private key above all. */
export function publicKeyFrom(pem: string): KeyObject {
  if (/PRIVATE KEY/.test(pem)) throw new Problem("invalid_request", { message: "public_key: this is a private key" });
  try {
    return createPublicKey(pem);
  } catch (cause) {
    throw new Problem("invalid_request", { message: "public_key: must be a PEM public key or certificate", cause });
  }
}

export const sharedKeyFrom = (secret: string): KeyObject => createSecretKey(Buffer.from(secret, "utf8"));
