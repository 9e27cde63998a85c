import { instant, iso, isoOrNull } from "../kernel/clock.ts";
import type { SandboxAccount } from "./razorpay/server.ts";

const EVENTS_SHOWN = 30;

/** What the simulated Razorpay has in its books, and what it told us last. */
export function watched({ books, webhookDisabledAt }: SandboxAccount) {
  const disabled_at = webhookDisabledAt();
  return {
    totals: books.totals(),
    counts: {
      ...{ customers: books.customers().length, subscriptions: books.subscriptions().length },
      ...{ payments: books.payments().length, refunds: books.refunds().length, disputes: books.disputes().length },
      ...{ links: books.links().length, mandates: books.tokens().length },
    },
    webhooks_disabled_at: isoOrNull(disabled_at === null ? null : instant(disabled_at)),
    events: books
      .events()
      .slice(-EVENTS_SHOWN)
      .reverse()
      .map(({ id, type, made_at, dropped, deliveries }) => ({
        ...{ id, type, made_at: iso(instant(made_at)), dropped },
        ...{ deliveries: deliveries.length, last_status: deliveries.at(-1)?.status ?? null },
      })),
  };
}
