import { hostname } from "node:os";
import ipaddr from "ipaddr.js";
import { z } from "zod";
import { DEFAULT_DATABASE_URL, dialectOf } from "./db/dialect.ts";

/** Settings come from the environment (and a `.env` file, which `npm start` and `tollgate` read). Empty means unset. */

const whole = (min: number, max: number) => z.coerce.number().pipe(z.int().min(min).max(max));

interface Setting<S extends z.ZodType = z.ZodType> {
  readonly schema: S;
  /** As the README's table shows it. */
  readonly default: string;
  readonly meaning: string;
}

const setting = <S extends z.ZodType>(schema: S, shown: string, meaning: string): Setting<S> => ({
  schema,
  default: shown,
  meaning,
});

/** Every setting, with its check, its default and what it is for. The README's table is tested against this. */
export const SETTINGS = {
  HOST: setting(z.string().default("127.0.0.1"), "`127.0.0.1`", "address to listen on"),
  PORT: setting(whole(0, 65_535).default(8787), "`8787`", "port to listen on; 0 picks a free one and logs it"),
  METRICS_PORT: setting(
    whole(0, 65_535).optional(),
    "on `PORT`, under `/metrics`",
    "a port of its own for the Prometheus metrics",
  ),
  TOLLGATE_PUBLIC_URL: setting(
    z.url({ protocol: /^https?$/ }).optional(),
    "from `HOST` and `PORT`",
    "base of the links that are printed",
  ),
  TOLLGATE_TRUSTED_PROXIES: setting(
    z
      .string()
      .transform((text) => text.split(",").map((part) => part.trim()))
      .pipe(
        z.array(
          z
            .string()
            .refine(
              (part) =>
                /^(loopback|linklocal|uniquelocal)$/.test(part) || ipaddr.isValid(part) || ipaddr.isValidCIDR(part),
              "must be CIDRs, separated by commas",
            ),
        ),
      )
      .optional(),
    "none",
    "CIDRs whose `X-Forwarded-*` headers are believed",
  ),
  DATABASE_URL: setting(
    z
      .string()
      .refine((url) => dialectOf(url) !== null, "must be file:… (SQLite) or postgres://…")
      .default(DEFAULT_DATABASE_URL),
    `\`${DEFAULT_DATABASE_URL}\``,
    "`file:…` is SQLite, `postgres://…` any Postgres-protocol engine",
  ),
  TOLLGATE_ADMIN_TOKEN: setting(
    z.string().min(16, "must have at least 16 characters").optional(),
    "made at first start, printed once",
    "the bootstrap admin credential (stored as a hash)",
  ),
  TOLLGATE_SECRET: setting(
    z.string().min(32, "must have at least 32 characters").optional(),
    "made at first start beside the SQLite file",
    "root secret: signs Tollgate's JWTs and encrypts stored secrets; must be set with Postgres",
  ),
  TOLLGATE_SANDBOX: setting(
    z
      .enum(["0", "1"])
      .transform((text) => text === "1")
      .optional(),
    "on without `ANTHROPIC_API_KEY`",
    "`1` simulates the provider, also in production",
  ),
  TOLLGATE_NODE_ID: setting(
    z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,64}$/, "must be 1 to 64 letters, digits, dots, dashes")
      .default(
        `${hostname()
          .replace(/[^A-Za-z0-9._-]/g, "-")
          .slice(0, 40)}-${process.pid}`,
      ),
    "host name and process id",
    "names this node in holds",
  ),
  TOLLGATE_ON_DISCONNECT: setting(
    z.enum(["abort", "drain"]).default("abort"),
    "`abort`",
    "what happens upstream when a client goes away: `abort` it, or `drain` it for the exact count",
  ),
  TOLLGATE_ALLOW_PRIVATE_JWKS: setting(
    z
      .enum(["0", "1"])
      .transform((text) => text === "1")
      .optional(),
    "only in sandbox mode",
    "`1` lets key sets of issuers be fetched from private addresses",
  ),
  ANTHROPIC_API_KEY: setting(
    z.string().min(1).optional(),
    "none",
    "the provider's key; without it Tollgate runs in sandbox mode",
  ),
  ANTHROPIC_BASE_URL: setting(
    z.url({ protocol: /^https?$/ }).default("https://api.anthropic.com"),
    "`https://api.anthropic.com`",
    "the provider's API",
  ),
  ANTHROPIC_ADMIN_KEY: setting(
    z.string().min(10, "must be an admin key: sk-ant-admin…").optional(),
    "none: the provider's reports are not reconciled",
    "a key of the provider's Admin API, to compare its usage and cost reports with",
  ),
  RAZORPAY_KEY_ID: setting(
    z
      .string()
      .regex(/^rzp_(test|live)_\w+$/, "must be a key id of Razorpay's: rzp_live_… or rzp_test_…")
      .optional(),
    "none: billing is off",
    "the operator's Razorpay account",
  ),
  RAZORPAY_KEY_SECRET: setting(z.string().min(8).optional(), "none; needed with `RAZORPAY_KEY_ID`", "its secret"),
  RAZORPAY_WEBHOOK_SECRET: setting(
    z
      .string()
      .transform((text) => text.split(",").map((part) => part.trim()))
      .pipe(z.array(z.string().min(8, "has at least 8 characters")).max(5))
      .optional(),
    "none; needed with `RAZORPAY_KEY_ID`",
    "the webhook's secret; several, separated by commas, while it is rotated",
  ),
  RAZORPAY_BASE_URL: setting(
    z.url({ protocol: /^https?$/ }).default("https://api.razorpay.com"),
    "`https://api.razorpay.com`",
    "Razorpay's API",
  ),
  CLAUDE_DEFAULT_MODEL: setting(
    z.string().default("claude-sonnet-5-5"),
    "`claude-sonnet-5-5`",
    "model of the simple chat routes",
  ),
  CLAUDE_MAX_TOKENS: setting(whole(1, 1_000_000).default(4096), "`4096`", "`max_tokens` of the simple chat routes"),
  CLAUDE_MAX_RETRIES: setting(
    whole(0, 10).default(3),
    "`3`",
    "tries again after a failed connection, and for the simple routes after an upstream 429 or 5xx",
  ),
  CLAUDE_TIMEOUT_SECONDS: setting(
    whole(1, 3_600).default(600),
    "`600`",
    "silence of the provider after which a call is given up",
  ),
  CLAUDE_MAX_CONCURRENT_REQUESTS: setting(
    whole(1, 100_000).default(512),
    "`512`",
    "calls at a time; further ones wait their turn, tenant by tenant",
  ),
  CLAUDE_COST_ALERT_THRESHOLD_USD: setting(
    z.coerce.number().pipe(z.number().min(0.01).max(1_000_000)).default(100),
    "`100`",
    "the provider's charges of a day (UTC) at which the operator is alerted, and again at each multiple",
  ),
  TOLLGATE_TENANT_CONCURRENT_REQUESTS: setting(
    whole(1, 100_000).default(128),
    "`128`",
    "calls of one tenant at a time; further ones wait their turn",
  ),
  TOLLGATE_QUEUE_SECONDS: setting(
    whole(0, 600).default(30),
    "`30`",
    "how long a call waits for its turn before it is refused with 429 `concurrency_limited`",
  ),
  TOLLGATE_KEEP_EVENTS_DAYS: setting(
    whole(400, 100_000).optional(),
    "for ever",
    "how long usage events are kept, at least 400 days; what they add up to, and what was billed, is kept for ever",
  ),
  TOLLGATE_KEEP_WEBHOOKS_DAYS: setting(
    whole(7, 100_000).default(90),
    "`90`",
    "how long Razorpay's webhooks are kept after they were applied",
  ),
  TOLLGATE_KEEP_ANSWERS_HOURS: setting(
    whole(1, 720).default(24),
    "`24`",
    "how long the answer to an `Idempotency-Key` is kept, sealed: the only place where text of a message is stored",
  ),
  SMTP_URL: setting(
    z.url({ protocol: /^smtps?$/ }).optional(),
    "none: no mails are sent",
    "server for mails to customers (`smtps://user:password@host`)",
  ),
  MAIL_FROM: setting(
    z.string().regex(/@/, "must be an e-mail address").max(300).optional(),
    "none; needed with `SMTP_URL`",
    "sender of the mails (`Billing <billing@example.com>`)",
  ),
  LOG_LEVEL: setting(
    z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
    "`info`",
    "least severity that is logged",
  ),
  LOG_FORMAT: setting(z.enum(["json", "pretty"]).optional(), "`json` (`pretty` on a terminal)", "format of the log"),
} satisfies Record<string, Setting>;

type Values = { [K in keyof typeof SETTINGS]: z.infer<(typeof SETTINGS)[K]["schema"]> };

export interface Config extends Values {
  /** Whether the provider is simulated. */
  readonly sandbox: boolean;
}

export type ConfigResult =
  | { readonly ok: true; readonly config: Config; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly errors: readonly string[] };

/** Reads the settings. Every bad one is named with what it should be; an unknown `TOLLGATE_*` name is an error, because a typo must not silently lose a setting. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): ConfigResult {
  const errors: string[] = [];
  const warnings: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { schema }] of Object.entries(SETTINGS)) {
    const result = schema.safeParse(env[name] || undefined);
    if (result.success) values[name] = result.data;
    else errors.push(`${name}: ${result.error.issues.map((issue) => issue.message).join("; ")}`);
  }

  for (const name of Object.keys(env)) {
    if (name in SETTINGS || !env[name]) continue;
    const near = nearestSetting(name);
    if (name.startsWith("TOLLGATE_")) errors.push(`${name}: there is no such setting; the nearest is ${near.name}`);
    else if (name.startsWith("CLAUDE_") && near.distance <= 2)
      warnings.push(`${name} is no setting of Tollgate: is ${near.name} meant?`);
  }

  const config = { ...(values as Values), sandbox: Boolean(values.TOLLGATE_SANDBOX) || !values.ANTHROPIC_API_KEY };
  if (!errors.length) {
    if (config.sandbox && env.NODE_ENV === "production" && !config.TOLLGATE_SANDBOX) {
      errors.push(
        "ANTHROPIC_API_KEY: must be set with NODE_ENV=production (or TOLLGATE_SANDBOX=1 for a simulated provider)",
      );
    }
    const collector = ["RAZORPAY_KEY_ID", "RAZORPAY_KEY_SECRET", "RAZORPAY_WEBHOOK_SECRET"] as const;
    const missing = collector.filter((name) => !config[name]);
    if (missing.length && missing.length < collector.length)
      errors.push(
        ...missing.map(
          (name) => `${name}: must be set together with ${collector.filter((other) => config[other]).join(" and ")}`,
        ),
      );
    if (config.SMTP_URL && !config.MAIL_FROM) errors.push("MAIL_FROM: must be set with SMTP_URL");
    if (dialectOf(config.DATABASE_URL) === "postgres" && !config.TOLLGATE_SECRET) {
      errors.push("TOLLGATE_SECRET: must be set with Postgres, the same on every node; at least 32 characters");
    }
  }
  return errors.length ? { ok: false, errors } : { ok: true, config, warnings };
}

function nearestSetting(name: string): { name: string; distance: number } {
  const ranked = Object.keys(SETTINGS).map((known) => ({ name: known, distance: editDistance(name, known) }));
  return ranked.sort((a, b) => a.distance - b.distance)[0]!;
}

/** Levenshtein's: how many letters must change to get from one word to the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(replaced, row[j]! + 1, next[j - 1]! + 1);
    }
    row = next;
  }
  return row[b.length]!;
}
