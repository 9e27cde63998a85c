import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject, randomBytes } from "node:crypto";

/**
 * What follows from the installation's root secret, each by its own HKDF label, so that one leaked use gives away no other:
 * the key that signs our JWTs, the key that seals stored secrets, and secrets that must be the same at every start.
 */
export interface Secrets {
  /** Signs and verifies the JWTs that Tollgate issues (HS256). */
  readonly tokenKey: KeyObject;
  /** Encrypts a secret for storage (AES-256-GCM), bound to what it belongs to. */
  seal(plain: string, belongsTo: string): string;
  /** Throws when the text was tampered with, moved to another owner, or sealed under another root secret. */
  unseal(sealed: string, belongsTo: string): string;
  /** A stable secret for a purpose, as 32 bytes. */
  derive(purpose: string): Buffer;
}

export function secretsFrom(rootSecret: string): Secrets {
  const derive = (purpose: string) => Buffer.from(hkdfSync("sha256", rootSecret, "tollgate", purpose, 32));
  const sealKey = derive("seal");

  return {
    tokenKey: createSecretKey(derive("jwt")),
    derive,
    seal(plain, belongsTo) {
      const iv = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", sealKey, iv).setAAD(Buffer.from(belongsTo));
      const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
      return `v1.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64url")}`;
    },
    unseal(sealed, belongsTo) {
      if (!sealed.startsWith("v1.")) throw new Error("unknown seal");
      const bytes = Buffer.from(sealed.slice(3), "base64url");
      const decipher = createDecipheriv("aes-256-gcm", sealKey, bytes.subarray(0, 12)).setAAD(Buffer.from(belongsTo));
      decipher.setAuthTag(bytes.subarray(12, 28));
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString("utf8");
    },
  };
}
