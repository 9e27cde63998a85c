import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isSignedWebhook } from "../../../src/billing/razorpay/signatures.ts";

const FOLDER = join(import.meta.dirname, "../../fixtures/razorpay/webhooks");
const { secret, signatures } = JSON.parse(readFileSync(join(FOLDER, "_signatures.json"), "utf8")) as {
  secret: string;
  signatures: Record<string, string>;
};

describe("a webhook's signature", () => {
  test.each(Object.entries(signatures))(
    "of %s is verified over its bytes, and over nothing else",
    (file, signature) => {
      const body = readFileSync(join(FOLDER, file));
      expect(isSignedWebhook(body, signature, [secret])).toBe(true);
      expect(isSignedWebhook(body, signature, ["the new one", secret])).toBe(true);
      expect(isSignedWebhook(body, signature, ["the new one"])).toBe(false);
      const spaced = Buffer.from(JSON.stringify(JSON.parse(body.toString("utf8")), null, 1));
      expect(isSignedWebhook(spaced, signature, [secret])).toBe(false);
      expect(isSignedWebhook(body, signature.slice(2), [secret])).toBe(false);
      expect(isSignedWebhook(body, "", [secret])).toBe(false);
    },
  );
});
