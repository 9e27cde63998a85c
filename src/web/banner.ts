/** What is printed at the start, on stderr so that the log on stdout stays a log. */

interface Start {
  readonly url: string;
  /** Only when it was made just now: it is stored as a hash and cannot be shown again. */
  readonly newAdminToken: string | null;
}

const RULE = "─".repeat(78);

export function sandboxBanner({ url, key, newAdminToken }: Start & { readonly key: string }): string {
  return `
${RULE}
  TOLLGATE — SANDBOX MODE. The provider is SIMULATED: no real model answers, no
  money moves. Set ANTHROPIC_API_KEY (and another DATABASE_URL) to go live.
${RULE}

  Open ${url}/ or stream an answer through the gateway, metered:

  ${messagesCurl(url, key)}

  Plans, Checkout and invoices, as a customer sees them:  ${url}/portal
  All of it, as you see it:  ${url}/dashboard  (with the admin token)

  What it cost, request by request:

  curl -s ${url}/api/usage/events -H 'x-api-key: ${key}'
${adminLines(url, newAdminToken)}
`;
}

export function liveBanner({ url, newAdminToken }: Start): string {
  return `\n  Tollgate serves on ${url}, its dashboard on ${url}/dashboard\n${adminLines(url, newAdminToken)}\n`;
}

/** The request of the README, to copy and paste. */
const messagesCurl = (url: string, key: string): string =>
  `curl -N ${url}/v1/messages \\
    -H 'x-api-key: ${key}' \\
    -H 'anthropic-version: 2023-06-01' -H 'content-type: application/json' \\
    -d '{"model":"claude-sonnet-5-5","max_tokens":200,"stream":true,
         "messages":[{"role":"user","content":"Why is the sky blue?"}]}'`;

function adminLines(url: string, token: string | null): string {
  if (token === null) return "";
  return `
  Admin token, shown this once:  ${token}

  curl -s ${url}/api/admin/tenants -H 'authorization: Bearer ${token}'
`;
}
