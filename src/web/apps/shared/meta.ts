/** What the server fills in on a page. */
const meta = (name: string): string => document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";

export const checkoutUrl = meta("tollgate-checkout");
/** The demo tenant's key, in sandbox mode; else empty. */
export const sandboxKey = meta("tollgate-sandbox-key");

/** Where programs reach the gateway. */
export const baseUrl = meta("tollgate-base-url") || location.origin;

/** Lets in the styles that components make as they go. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";
