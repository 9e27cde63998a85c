import type { Page } from "playwright-core";

const NO_NETWORK = "net::ERR_INTERNET_DISCONNECTED";

/** Whatever breaks the page's policy says so where everything else that is wrong is said. */
const TELL_OF_VIOLATIONS = `addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) =>
  console.error("the policy lets in no " + effectiveDirective + " from " + blockedURI))`;

/**
 * What the browser complains about from now on: errors and warnings, what the policy forbids, and whatever is fetched from another host. `answers` are
 * complaints about a status that is a proper answer, such as that nobody is signed in; and where a test takes the network away, that is no fault.
 */
export async function watch(page: Page, { url, answers }: { readonly url: string; readonly answers?: RegExp }) {
  const { hostname } = new URL(url);
  const complaints: string[] = [];
  page.on("console", (message) => {
    const text = message.text();
    if (!["error", "warning"].includes(message.type()) || answers?.test(text) || text.includes(NO_NETWORK)) return;
    complaints.push(`${text} (${new URL(page.url()).pathname})`);
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    const asked = new URL(request.url());
    if (/^https?:$/.test(asked.protocol) && asked.hostname !== hostname) complaints.push(`fetched: ${request.url()}`);
  });
  await page.addInitScript(TELL_OF_VIOLATIONS);
  return complaints;
}
