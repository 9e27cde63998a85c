import { createPublicKey, type KeyObject } from "node:crypto";
import { type JwksClient as Client, JwksClient, SigningKeyNotFoundError } from "jwks-rsa";
import { LRUCache } from "lru-cache";
import { openOutward } from "../http/outward.ts";
import { MINUTE } from "../kernel/clock.ts";
import { Problem } from "../kernel/problems.ts";

const TIMEOUT_MS = 5_000;
const BYTES_MAX = 512 * 1024;

/** Finds the public key `kid` in the JWKS of an identity provider. */
export interface KeySets {
  signingKey(jwksUrl: string, kid: string | undefined): Promise<KeyObject>;
  close(): Promise<void>;
}

/**
 * Key sets are cached for ten minutes and fetched again, at most ten times a minute, for a `kid` that is not known (the provider
 * has rotated). A set is never fetched from a private address, unless the operator allows it: a tenant could otherwise
 * make us call its neighbours.
 */
export function openKeySets({ allowPrivate }: { allowPrivate: boolean }): KeySets {
  const outward = openOutward({ allowPrivate, timeoutMs: TIMEOUT_MS });
  const fetcher = async (url: string) => {
    const response = await outward.fetch(url);
    if (!response.ok) throw new Error(`the key set answered ${response.status}`);
    const text = await response.text();
    if (text.length > BYTES_MAX) throw new Error("the key set is too large");
    return JSON.parse(text);
  };
  const clients = new LRUCache<string, Client>({ max: 1_000 });

  return {
    async signingKey(jwksUrl, kid) {
      let client = clients.get(jwksUrl);
      if (!client) {
        client = new JwksClient({
          jwksUri: jwksUrl,
          fetcher,
          cache: true,
          cacheMaxAge: 10 * MINUTE,
          rateLimit: true,
          jwksRequestsPerMinute: 10,
        });
        clients.set(jwksUrl, client);
      }
      try {
        return createPublicKey((await client.getSigningKey(kid)).getPublicKey());
      } catch (cause) {
        if (cause instanceof SigningKeyNotFoundError) {
          throw new Problem("invalid_credentials", {
            message: "The token names a key that its issuer does not publish.",
            cause,
          });
        }
        throw new Problem("invalid_credentials", { message: "The issuer's keys cannot be fetched right now.", cause });
      }
    },
    close: () => outward.close(),
  };
}
