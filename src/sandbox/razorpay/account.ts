import type { Agenda } from "./agenda.ts";
import { type Dashboard, dashboardOf } from "./dashboard.ts";
import type * as e from "./entities.ts";
import { type Faults, openFaults } from "./faults.ts";
import { type Person, personOf } from "./person.ts";
import { fourteen, type Random } from "./random.ts";
import { BOOKS, emptyBooks, found, type Knobs, type Shelf, usualKnobs } from "./shelf.ts";
import { type Endpoint, type MadeEvent, openWebhooks, type WebhookFaults, type WebhooksKept } from "./webhooks.ts";

export interface SandboxAccount {
  readonly id: string;
  readonly key_id: string;
  readonly key_secret: string;
  /** Where events go; replaces the former, and switches it on again. Events that were made before keep the secret they were made with. */
  webhook(endpoint: Endpoint | null): void;
  /** Since when the endpoint is switched off because it took nothing (epoch ms); null while it is on. */
  webhookDisabledAt(): number | null;
  /** Switches it off by hand. */
  disableWebhook(): void;
  readonly person: Person;
  /** What becomes of the next automatic charges of a subscription or a token: `ok`, or an `error_reason`. Past the list: `ok`. */
  outcomes(subscriptionOrTokenId: string, list: readonly string[]): void;
  readonly dashboard: Dashboard;
  readonly faults: Faults;
  readonly webhookFaults: WebhookFaults;
  readonly knobs: Knobs;
  /** The truth. */
  readonly books: {
    customers(): readonly e.Customer[];
    subscriptions(): readonly e.Subscription[];
    invoices(): readonly e.Invoice[];
    orders(): readonly e.Order[];
    payments(): readonly e.Payment[];
    refunds(): readonly e.Refund[];
    tokens(): readonly e.Token[];
    links(): readonly e.PaymentLink[];
    disputes(): readonly e.Dispute[];
    settlements(): readonly e.Settlement[];
    /** The rows of settlements, and what waits for the next one. */
    movements(): readonly e.Movement[];
    events(): readonly MadeEvent[];
    totals(): { captured_paise: number; refunded_paise: number; deducted_paise: number; fees_paise: number };
  };
}

export interface OpenAccount {
  readonly account: SandboxAccount;
  readonly shelf: Shelf;
  keep(undelivered: ReadonlySet<string>): AccountKept;
}

/** All of an account, as it is written down. */
export interface AccountKept {
  readonly id: string;
  readonly key_id: string;
  readonly key_secret: string;
  readonly knobs: Knobs;
  readonly webhooks: WebhooksKept;
  readonly books: Readonly<Record<string, readonly (readonly [string, unknown])[]>>;
}

/** One merchant account: its shelf, and what people and the world do to it. `random` is seeded, so that a run can be told again. */
export function openAccount(options: {
  readonly key_id: string;
  readonly key_secret: string;
  readonly random: Random;
  readonly nowMs: () => number;
  readonly agenda: Agenda;
  readonly base: () => string;
  readonly kept?: AccountKept;
}): OpenAccount {
  const { key_id, key_secret, random, nowMs, agenda, base, kept } = options;
  const id = kept?.id ?? `acc_${fourteen(random)}`;
  const knobs: Knobs = { ...usualKnobs(), ...kept?.knobs };
  const webhooks = openWebhooks({
    ...{ account_id: id, now: nowMs, random, newId: () => fourteen(random) },
    plan: (at, args) => agenda.add({ at, key_id, act: "webhook", args }),
    disableFailing: () => knobs.disableFailingEndpoint,
  });
  const books = emptyBooks();
  const shelf: Shelf = {
    ...{ account_id: id, base, webhooks, random, knobs, ...books },
    now: () => Math.floor(nowMs() / 1_000),
    newId: (prefix) => (prefix === undefined ? "" : `${prefix}_`) + fourteen(random),
    at: (time, act, ...args) => agenda.add({ at: time * 1_000, key_id, act, args }),
    emit: webhooks.emit,
  };
  if (kept) {
    webhooks.restore(kept.webhooks);
    for (const name of BOOKS)
      for (const [key, value] of kept.books[name] ?? []) (books[name] as Map<string, unknown>).set(key, value);
  }
  const all = <T>(of: ReadonlyMap<string, T>) => [...of.values()];

  const account: SandboxAccount = {
    ...{ id, key_id, key_secret, knobs, faults: openFaults(), webhookFaults: webhooks.faults },
    webhook(endpoint) {
      webhooks.endpoint = endpoint;
    },
    webhookDisabledAt: () => webhooks.disabledAt,
    disableWebhook: webhooks.disable,
    person: personOf(shelf, key_secret),
    outcomes(owner, list) {
      const of = shelf.schedules.get(owner) ?? found(shelf.mandates, owner);
      of.outcomes = [...list];
    },
    dashboard: dashboardOf(shelf),
    books: {
      customers: () => all(books.customers),
      subscriptions: () => all(books.subscriptions),
      invoices: () => all(books.invoices),
      orders: () => all(books.orders),
      payments: () => all(books.payments),
      refunds: () => all(books.refunds),
      tokens: () => all(books.tokens),
      links: () => all(books.links),
      disputes: () => all(books.disputes),
      settlements: () => all(books.settlements),
      movements: () => all(books.movements),
      events: () => webhooks.events,
      totals() {
        const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
        const taken = all(books.payments).filter(({ captured_at }) => captured_at !== null);
        return {
          captured_paise: sum(taken.map(({ amount }) => amount)),
          refunded_paise: sum(taken.map(({ amount_refunded }) => amount_refunded)),
          deducted_paise: sum(all(books.disputes).map(({ amount_deducted }) => amount_deducted)),
          fees_paise: sum(taken.map(({ fee }) => fee ?? 0)),
        };
      },
    },
  };
  return {
    account,
    shelf,
    keep: (undelivered) => ({
      ...{ id, key_id, key_secret, knobs, webhooks: webhooks.keep(undelivered) },
      books: Object.fromEntries(BOOKS.map((name) => [name, [...books[name]]])),
    }),
  };
}
