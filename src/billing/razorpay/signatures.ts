import { createHmac, timingSafeEqual } from "node:crypto";

const hmac = (message: string | Buffer, secret: string): Buffer =>
  createHmac("sha256", secret).update(message).digest();

function matches(message: string | Buffer, signature: string, secret: string): boolean {
  if (!/^[0-9a-f]{64}$/i.test(signature)) return false;
  return timingSafeEqual(hmac(message, secret), Buffer.from(signature, "hex"));
}

/** Whether one of these secrets signed exactly these bytes. All are tried, so that the time says nothing of which it was. */
export const isSignedWebhook = (body: Buffer, signature: string, secrets: readonly string[]): boolean =>
  secrets.map((secret) => matches(body, signature, secret)).includes(true);

/** Whether Checkout's answer is Razorpay's: its message is signed with the secret of the API key. */
export const isSignedCheckout = (message: string, signature: string, keySecret: string): boolean =>
  matches(message, signature, keySecret);

/** What Checkout signs, in the order that each flow has: the ids are those that we stored, not those that a browser sent. */
export const checkoutMessage = {
  order: (order_id: string, payment_id: string) => `${order_id}|${payment_id}`,
  subscription: (subscription_id: string, payment_id: string) => `${payment_id}|${subscription_id}`,
} as const;
