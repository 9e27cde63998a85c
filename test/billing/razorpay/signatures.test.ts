import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkoutMessage, isSignedCheckout, isSignedWebhook } from "../../../src/billing/razorpay/signatures.ts";

const FOLDER = join(import.meta.dirname, "../../fixtures/razorpay/webhooks");
interface Vector {
  readonly message: string;
  readonly signature: string;
  readonly order_id: string;
  readonly subscription_id: string;
  readonly payment_id: string;
}
const {
  secret,
  signatures,
  checkout_signature_vectors: { key_secret, ...checkout },
} = JSON.parse(readFileSync(join(FOLDER, "_signatures.json"), "utf8")) as {
  secret: string;
  signatures: Record<string, string>;
  checkout_signature_vectors: { key_secret: string } & Record<"order" | "subscription" | "payment_link", Vector>;
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

describe("the signature of what Checkout answers", () => {
  test.each(Object.entries(checkout))(
    "for a %s is verified over its message, and over nothing else",
    (_kind, vector) => {
      const { message, signature } = vector;
      expect(isSignedCheckout(message, signature, key_secret)).toBe(true);
      expect(isSignedCheckout(message, signature.toUpperCase(), key_secret)).toBe(true);
      expect(isSignedCheckout(message, signature, "another secret")).toBe(false);
      for (const other of [`${message} `, message.slice(1), message.split("|").toReversed().join("|"), ""])
        expect(isSignedCheckout(other, signature, key_secret)).toBe(false);
      for (const bad of ["", signature.slice(1), `${signature}00`, "z".repeat(64)])
        expect(isSignedCheckout(message, bad, key_secret)).toBe(false);
    },
  );

  test("is over the ids in the order that each flow has", () => {
    const { order, subscription } = checkout;
    expect(checkoutMessage.order(order.order_id, order.payment_id)).toBe(order.message);
    expect(checkoutMessage.subscription(subscription.subscription_id, subscription.payment_id)).toBe(
      subscription.message,
    );
  });
});
