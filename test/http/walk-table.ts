/** Every route that Tollgate has, and what the walk must know of it. A route that is not here fails the walk. */
export interface Stop {
  readonly method: string;
  /** With parameters as Express writes them. */
  readonly path: string;
  /** Who may come: anybody, whoever has a credential, or the administrator. */
  readonly for: "anybody" | "tenant" | "admin";
}

const stops = (who: Stop["for"], prefix: string, routes: string): Stop[] =>
  routes
    .trim()
    .split("\n")
    .map((line) => line.trim().split(" "))
    .map(([method, path]) => ({ method: method!, path: prefix + path!, for: who }));

export const WALK: readonly Stop[] = [
  ...stops(
    "anybody",
    "",
    `
    GET /healthz
    GET /readyz
    GET /metrics
    POST /api/admin/sessions
    POST /webhooks/razorpay
    POST /webhooks/razorpay/:tenant_id
    HEAD /api/hello
    GET /api/hello`,
  ),
  ...stops(
    "tenant",
    "",
    `
    POST /v1/messages
    POST /messages
    POST /v1/messages/count_tokens
    POST /v1/chat/completions
    GET /v1/models
    GET /v1/models/:id
    POST /v1/messages/batches
    GET /v1/messages/batches
    GET /v1/messages/batches/:id
    DELETE /v1/messages/batches/:id
    GET /v1/messages/batches/:id/results
    POST /v1/messages/batches/:id/cancel
    POST /chat
    POST /api/chat
    POST /api/chat/stream
    POST /api/chat/batch`,
  ),
  ...stops(
    "tenant",
    "/api",
    `
    GET /me
    POST /auth/token
    GET /keys
    POST /keys
    DELETE /keys/:id
    GET /quota
    GET /billing/profile
    PUT /billing/profile
    GET /billing/subscription
    POST /billing/subscription
    POST /billing/subscription/cancel
    POST /billing/subscription/pause
    POST /billing/subscription/resume
    GET /billing/mandate
    POST /billing/mandate
    DELETE /billing/mandate
    DELETE /billing/mandate/:mandate_id
    GET /billing/statement
    GET /billing
    POST /billing/subscription/verify
    POST /billing/subscription/change
    POST /billing/subscription/payment_method
    POST /billing/mandate/verify
    GET /billing/wallet
    PUT /billing/wallet
    POST /billing/promotions
    POST /billing/topups
    GET /billing/topups
    POST /billing/topups/verify
    GET /billing/invoices
    GET /billing/invoices/:invoice_id
    GET /billing/invoices/:id.pdf
    GET /billing/invoices/:id.html
    GET /billing/credit_notes/:id.pdf
    GET /billing/credit_notes/:id.html
    GET /plans
    GET /usage
    GET /usage/events
    GET /usage/events/:request_id`,
  ),
  ...stops(
    "admin",
    "/api/admin",
    `
    POST /tenants
    GET /tenants
    GET /tenants/:id
    PATCH /tenants/:id
    GET /tenants/:id/users
    POST /tenants/:id/users
    PUT /tenants/:id/users
    GET /users/:id
    PATCH /users/:id
    GET /users/:id/export
    POST /users/:id/erase
    GET /tenants/:id/keys
    POST /tenants/:id/keys
    POST /keys/:id/rotate
    DELETE /keys/:id
    GET /tenants/:id/issuers
    POST /tenants/:id/issuers
    DELETE /tenants/:id/issuers/:issuer_id
    GET /issuers
    POST /issuers
    DELETE /issuers/:issuer_id
    GET /tenants/:id/presets
    PUT /tenants/:id/presets
    GET /prices
    POST /prices
    POST /prices/preview
    GET /fx_rates
    POST /fx_rates
    GET /plans
    GET /plans/:id
    POST /plans
    PATCH /plans/:id
    DELETE /plans/:id/versions/:version
    POST /plans/:id/migrate
    POST /plans/:id/preview
    GET /limits
    PUT /limits
    GET /tenants/:id/credits
    POST /tenants/:id/credits
    GET /users/:id/credits
    POST /users/:id/credits
    GET /tenants/:id/credits/repeats
    DELETE /tenants/:id/credits/repeats/:repeat_id
    GET /users/:id/credits/repeats
    DELETE /users/:id/credits/repeats/:repeat_id
    GET /tenants/:id/wallet
    PUT /tenants/:id/wallet
    GET /users/:id/wallet
    PUT /users/:id/wallet
    GET /me
    GET /sessions
    DELETE /sessions/current
    DELETE /sessions/:id
    GET /keys
    POST /keys
    PATCH /keys/:id
    GET /audit
    GET /holds
    GET /search
    GET /customers/:id/story
    GET /payments
    GET /collections
    GET /alerts
    GET /alerts/:id
    POST /alerts/:id/acknowledge
    GET /alert_settings
    GET /tenants/:id/alert_settings
    PUT /tenants/:id/alert_settings
    PUT /alert_settings
    GET /events
    GET /events/stream
    GET /events/:request_id
    GET /tenants/:id/usage
    POST /rerate
    GET /cost_lines
    POST /cost_lines
    GET /sellers
    PUT /sellers/:account_id
    GET /razorpay/methods
    GET /tenants/:id/billing_profile
    PUT /tenants/:id/billing_profile
    GET /tenants/:id/subscription
    POST /tenants/:id/subscription
    POST /tenants/:id/subscription/cancel
    POST /tenants/:id/subscription/pause
    POST /tenants/:id/subscription/resume
    POST /tenants/:id/subscription/change
    GET /tenants/:id/mandate
    POST /tenants/:id/mandate
    DELETE /tenants/:id/mandate
    DELETE /tenants/:id/mandate/:mandate_id
    GET /tenants/:id/statement
    GET /tenants/:id/billing
    GET /users/:id/billing_profile
    PUT /users/:id/billing_profile
    GET /users/:id/subscription
    POST /users/:id/subscription
    POST /users/:id/subscription/cancel
    POST /users/:id/subscription/pause
    POST /users/:id/subscription/resume
    POST /users/:id/subscription/change
    GET /users/:id/mandate
    POST /users/:id/mandate
    DELETE /users/:id/mandate
    DELETE /users/:id/mandate/:mandate_id
    GET /users/:id/statement
    GET /users/:id/billing
    GET /cycles
    POST /refunds
    GET /promotions
    POST /promotions
    GET /refunds
    GET /disputes
    GET /invoices
    GET /invoices/:id
    GET /invoices/:id.pdf
    GET /invoices/:id.html
    GET /credit_notes/:id.pdf
    GET /credit_notes/:id.html
    GET /self_invoices
    GET /self_invoices/:id
    GET /self_invoices/:id.pdf
    GET /self_invoices/:id.html
    GET /reports/gstr1
    GET /reports/gstr3b
    GET /reports/tally
    GET /reports/zoho
    GET /reports/credit_liability
    GET /reports/usage
    GET /reports/spend
    GET /reports/cost
    GET /reports/margin
    GET /reports/cache
    GET /reports/reliability
    GET /reports/latency
    GET /reports/top
    GET /reports/revenue
    GET /reports/collections
    GET /reports/ageing
    GET /reports/subscriptions
    POST /invoices/:id/payments
    POST /invoices/:id/credit_notes
    POST /invoices/:id/write_off
    GET /webhooks
    GET /webhooks/:id
    POST /webhooks/:id/replay
    GET /claims
    POST /reconciliations
    GET /reconciliations
    GET /reconciliations/:id
    GET /reconciliations/:id/findings
    POST /reconciliations/:id/findings/:finding_id/repair
    GET /endpoints
    POST /endpoints
    GET /endpoints/:id
    DELETE /endpoints/:id
    GET /endpoints/:id/deliveries
    POST /endpoints/:id/test
    POST /endpoints/:id/replay
    POST /deliveries/:id/replay
    GET /jobs
    GET /nodes
    GET /sandbox/clock
    GET /sandbox/razorpay
    GET /sandbox/faults
    POST /sandbox/faults
    DELETE /sandbox/faults/:id
    POST /sandbox/clock
    GET /sandbox/tally`,
  ),
];
