/** What the pages may load and reach, as a Content-Security-Policy. */

export interface Sources {
  readonly script: readonly string[];
  readonly connect: readonly string[];
  readonly frame: readonly string[];
  readonly img: readonly string[];
}

export const LIVE_CHECKOUT = "https://checkout.razorpay.com/v1/checkout.js";
const RAZORPAY = "https://*.razorpay.com";

export const NO_CHECKOUT: Sources = { script: [], connect: [], frame: [], img: [] };

/** What Checkout needs: the simulator's own origin, or Razorpay's hosts (its script loads more of them, and reports to them). */
export function checkoutSources(url: string): Sources {
  if (url !== LIVE_CHECKOUT) {
    const { origin } = new URL(url);
    return { script: [origin], connect: [], frame: [origin], img: [] };
  }
  const script = ["https://checkout.razorpay.com", "https://cdn.razorpay.com"];
  return { script, connect: [RAZORPAY], frame: [RAZORPAY], img: [RAZORPAY] };
}

/** An origin of the web, in letters that end no directive and begin no other: a URL's host may have a `;` in it. */
const ORIGIN = /^https?:\/\/(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/** The policy of one answer: our own files, styles that carry its nonce, and Checkout. Nothing inline, nothing from elsewhere. */
export function policyOf({
  nonce,
  checkout,
  framedBy = [],
}: {
  readonly nonce: string;
  readonly checkout: Sources;
  /** Origins whose pages may have this one inside of them. */
  readonly framedBy?: readonly string[];
}): string {
  const ancestors = framedBy.filter((origin) => ORIGIN.test(origin));
  const directives: Readonly<Record<string, readonly string[]>> = {
    "default-src": ["'none'"],
    "script-src": ["'self'", ...checkout.script],
    "style-src": ["'self'", `'nonce-${nonce}'`],
    "img-src": ["'self'", ...checkout.img],
    "font-src": ["'self'"],
    "connect-src": ["'self'", ...checkout.connect],
    "frame-src": checkout.frame.length ? checkout.frame : ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ancestors.length ? ancestors : ["'none'"],
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(" ")}`)
    .join("; ");
}
