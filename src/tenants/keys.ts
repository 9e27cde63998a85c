import { hash, randomBytes } from "node:crypto";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const SECRET = /^tg_(live|test)_[0-9A-Za-z]{40}$/;

/** How much of a secret is shown in lists: enough to tell keys apart, far too little to guess the rest. */
const PREFIX_LENGTH = 12;

export interface MintedSecret {
  /** Shown once, never stored. */
  readonly secret: string;
  readonly hash: string;
  readonly prefix: string;
}

/** A new API key secret with 238 bits of chance; `sandbox` ones say `tg_test_`. */
export function mintSecret({ sandbox }: { sandbox: boolean }): MintedSecret {
  return secretFrom(randomBytes(64), { sandbox });
}

/** The secret that these bytes spell (at least 41 of them). Bytes that would favour some letters are passed over. */
export function secretFrom(bytes: Uint8Array, { sandbox }: { sandbox: boolean }): MintedSecret {
  let text = "";
  for (const byte of bytes) {
    if (text.length === 40) break;
    if (byte < 248) text += ALPHABET[byte % 62];
  }
  const secret = `tg_${sandbox ? "test" : "live"}_${text.padEnd(40, "0")}`;
  return { secret, hash: hashSecret(secret), prefix: secret.slice(0, PREFIX_LENGTH) };
}

export const looksLikeKey = (text: string): boolean => SECRET.test(text);

/** SHA-256 is right here, a slow hash is not: the secret is random, so there is nothing to guess. */
export const hashSecret = (secret: string): string => hash("sha256", secret, "hex");
