import { generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import jwt from "jsonwebtoken";
import { serve } from "../support/serve.ts";

/** An identity provider as customers have one: keys of its own, tokens signed by them, and a JWKS on a real HTTP server. */

export interface Signer {
  readonly algorithm: jwt.Algorithm;
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The public key as one pastes it into a form. */
  readonly pem: string;
}

const RSA = () => generateKeyPairSync("rsa", { modulusLength: 2048 });
const EC = () => generateKeyPairSync("ec", { namedCurve: "P-256" });

export function signer(algorithm: "RS256" | "PS256" | "ES256", kid: string = randomUUID()): Signer {
  const { privateKey, publicKey } = algorithm === "ES256" ? EC() : RSA();
  return { algorithm, kid, privateKey, publicKey, pem: publicKey.export({ type: "spki", format: "pem" }) as string };
}

export const SHARED_SECRET = "a shared secret of thirty-two characters, or more";

export type Claims = Readonly<Record<string, unknown>>;

/** Seconds since 1970, as JWTs have times. */
export const seconds = (fromNow = 0): number => Math.floor(Date.now() / 1000) + fromNow;

/** Claims as a provider gives them to a user; `undefined` takes one away. */
export function claims(issuer: string, more: Claims = {}): Record<string, unknown> {
  const all = {
    iss: issuer,
    aud: "tollgate-app",
    sub: "ann",
    iat: seconds(),
    exp: seconds(3_600),
    jti: randomUUID(),
    ...more,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Signed with the shared secret (HS256), or by a signer. */
export function signed(payload: Claims, by: Signer | string = SHARED_SECRET, header: Claims = {}): string {
  const options = { noTimestamp: true, allowInsecureKeySizes: true } as const;
  if (typeof by === "string")
    return jwt.sign({ ...payload }, by, { ...options, algorithm: "HS256", header: { alg: "HS256", ...header } });
  const { algorithm, kid, privateKey } = by;
  return jwt.sign({ ...payload }, privateKey, { ...options, algorithm, header: { alg: algorithm, kid, ...header } });
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token put together by hand, for headers and signatures that no library makes. */
export const forged = (header: unknown, payload: unknown, signature = ""): string =>
  `${part(header)}.${part(payload)}.${signature}`;

export interface KeySetServer {
  readonly url: string;
  /** How often the set was fetched. */
  readonly fetches: number;
  /** What is published from now on. */
  publish(...signers: readonly Signer[]): void;
  /** Answers this instead of the set, until `publish`. */
  answer(status: number, body: string, headers?: Readonly<Record<string, string>>): void;
  close(): Promise<void>;
}

/** A JWKS endpoint on loopback. */
export async function openKeySetServer(...signers: readonly Signer[]): Promise<KeySetServer> {
  let answer: { status: number; body: string; headers: Readonly<Record<string, string>> };
  let fetches = 0;
  const setAnswer = (status: number, body: string, headers = {}) => {
    answer = { status, body, headers };
  };
  const publish = (...published: readonly Signer[]) =>
    setAnswer(200, JSON.stringify({ keys: published.map(publicJwk) }), { "content-type": "application/json" });
  publish(...signers);

  const { url, close } = await serve((_req, res) => {
    fetches += 1;
    res.writeHead(answer.status, answer.headers).end(answer.body);
  });
  return {
    url: `${url}/jwks.json`,
    get fetches() {
      return fetches;
    },
    publish,
    answer: setAnswer,
    close,
  };
}

const publicJwk = ({ publicKey, kid, algorithm }: Signer) => ({
  ...publicKey.export({ format: "jwk" }),
  kid,
  alg: algorithm,
  use: "sig",
});
