/** What an administrator may do. Everybody reads everything; `finance` writes what is billing's, and `owner` everything. */
export const ROLES = ["owner", "finance", "support"] as const;
export type Role = (typeof ROLES)[number];

const routes = (text: string): string[] =>
  text
    .trim()
    .split("\n")
    .map((line) => line.trim());

/**
 * Who may write where: every route below `/api/admin` that is no GET stands here once. One that does not is the owner's alone, and fails a test until
 * somebody has decided.
 */
export const WRITES: Readonly<Record<Role, readonly string[]>> = {
  owner: routes(`
    POST /keys
    PATCH /keys/:id
    DELETE /keys/:id
    POST /keys/:id/rotate
    POST /tenants
    PATCH /tenants/:id
    POST /tenants/:id/users
    PUT /tenants/:id/users
    PATCH /users/:id
    POST /users/:id/erase
    POST /tenants/:id/keys
    POST /tenants/:id/issuers
    DELETE /tenants/:id/issuers/:issuer_id
    POST /issuers
    DELETE /issuers/:issuer_id
    PUT /tenants/:id/presets
    PUT /limits
    POST /prices
    POST /plans
    PATCH /plans/:id
    DELETE /plans/:id/versions/:version
    POST /plans/:id/migrate
    POST /rerate
    PUT /alert_settings
    PUT /tenants/:id/alert_settings
    POST /endpoints
    DELETE /endpoints/:id
    POST /endpoints/:id/test
    POST /endpoints/:id/replay
    POST /deliveries/:id/replay
    POST /sandbox/clock
    POST /sandbox/faults
    DELETE /sandbox/faults/:id`),
  finance: routes(`
    POST /fx_rates
    POST /cost_lines
    PUT /sellers/:account_id
    POST /tenants/:id/credits
    POST /users/:id/credits
    DELETE /tenants/:id/credits/repeats/:repeat_id
    DELETE /users/:id/credits/repeats/:repeat_id
    PUT /tenants/:id/wallet
    PUT /users/:id/wallet
    PUT /tenants/:id/billing_profile
    PUT /users/:id/billing_profile
    POST /tenants/:id/subscription
    POST /users/:id/subscription
    POST /tenants/:id/subscription/cancel
    POST /users/:id/subscription/cancel
    POST /tenants/:id/subscription/pause
    POST /users/:id/subscription/pause
    POST /tenants/:id/subscription/resume
    POST /users/:id/subscription/resume
    POST /tenants/:id/subscription/change
    POST /users/:id/subscription/change
    POST /tenants/:id/mandate
    POST /users/:id/mandate
    DELETE /tenants/:id/mandate
    DELETE /users/:id/mandate
    DELETE /tenants/:id/mandate/:mandate_id
    DELETE /users/:id/mandate/:mandate_id
    POST /invoices/:id/payments
    POST /invoices/:id/credit_notes
    POST /invoices/:id/write_off
    POST /refunds
    POST /promotions
    POST /webhooks/:id/replay
    POST /reconciliations
    POST /reconciliations/:id/findings/:finding_id/repair
    POST /alerts/:id/acknowledge`),
  // Signing out, and what only looks.
  support: routes(`
    POST /plans/:id/preview
    POST /prices/preview
    DELETE /sessions/:id
    DELETE /sessions/current`),
};

const pattern = (route: string): RegExp =>
  new RegExp(`^${route.replaceAll(".", "\\.").replaceAll(/:\w+/g, "[^/]+")}/?$`);
const ofEverybody = WRITES.support.map(pattern);
const ofFinance = [...ofEverybody, ...WRITES.finance.map(pattern)];

/** Whether a role may ask for this. `path` is the one below `/api/admin`; one that is written in another way than ours is nobody's but the owner's. */
export function mayAsk(role: Role, method: string, path: string): boolean {
  if (role === "owner" || method === "GET" || method === "HEAD") return true;
  const asked = `${method} ${path}`;
  return (role === "finance" ? ofFinance : ofEverybody).some((route) => route.test(asked));
}
