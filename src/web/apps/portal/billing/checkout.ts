import { checkoutUrl } from "../../shared/meta.ts";

/** What Checkout gives back for a payment; the gateway verifies its signature. */
export interface CheckoutAnswer {
  readonly razorpay_payment_id: string;
  readonly razorpay_signature: string;
  readonly razorpay_order_id?: string;
  readonly razorpay_subscription_id?: string;
}

/** The proof that an order was paid. What is missing in it, the gateway says. */
export const ofOrder = ({ razorpay_order_id = "", razorpay_payment_id, razorpay_signature }: CheckoutAnswer) => ({
  ...{ razorpay_order_id, razorpay_payment_id, razorpay_signature },
});

export interface CheckoutAsked {
  readonly key: string;
  readonly order_id?: string;
  readonly subscription_id?: string;
  readonly subscription_card_change?: boolean;
  /** With `recurring`: registers a mandate. */
  readonly customer_id?: string;
  readonly recurring?: "1";
  readonly description: string;
  readonly name: string;
  readonly prefill?: { readonly name: string; readonly email: string; readonly contact: string };
}

/** What came of it: an answer, or the person closed it (after a payment that failed, with the reason). */
export type CheckoutOutcome =
  | { readonly paid: CheckoutAnswer }
  | { readonly paid: null; readonly failure: string | null };

interface RazorpayCheckout {
  open(): void;
  on(event: "payment.failed", listener: (failed: { error?: { description?: string } }) => void): void;
}
type RazorpayConstructor = new (options: object) => RazorpayCheckout;

/** Opens Razorpay's Checkout over the page. Resolves when it is closed. */
export async function checkout(asked: CheckoutAsked): Promise<CheckoutOutcome> {
  const Razorpay = await loaded();
  return new Promise((resolve) => {
    let failure: string | null = null;
    const opened = new Razorpay({
      ...asked,
      theme: { color: accent() },
      handler: (paid: CheckoutAnswer) => resolve({ paid }),
      modal: { ondismiss: () => resolve({ paid: null, failure }) },
    });
    // Checkout says so itself and lets another method be tried; it matters to us when that is not done.
    opened.on("payment.failed", ({ error }) => {
      failure = error?.description ?? "The payment failed.";
    });
    opened.open();
  });
}

/** The page's own, which a SaaS may have chosen. */
const accent = (): string =>
  getComputedStyle(document.documentElement).getPropertyValue("--mantine-primary-color-filled").trim();

const present = () => (globalThis as { Razorpay?: RazorpayConstructor }).Razorpay;

/** Razorpay's script, brought in when it is first needed. */
function loaded(): Promise<RazorpayConstructor> {
  const there = present();
  if (there) return Promise.resolve(there);
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = checkoutUrl;
    const fail = () => {
      script.remove();
      reject(
        new Error("Razorpay's Checkout could not be loaded: check your connection and any blocker, then try again."),
      );
    };
    script.onload = () => {
      const Razorpay = present();
      if (Razorpay) resolve(Razorpay);
      else fail();
    };
    script.onerror = fail;
    document.head.append(script);
  });
}
