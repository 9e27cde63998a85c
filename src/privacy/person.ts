import type { CustomerId, TenantId, UserId } from "../kernel/id.ts";
import { type Redactor, redactorOf } from "./redact.ts";

/** One end user, with all the names under which the tables know them. */
export interface Person {
  readonly tenant_id: TenantId;
  readonly user_id: UserId;
  /** Where their tenant bills each user. */
  readonly customer_id: CustomerId | null;
  /** Ids of ours that are theirs alone: the user, the customer, their keys, subscriptions, invoices. */
  readonly ids: ReadonlySet<string>;
  /** Razorpay's ids of what is theirs: the customer, payments, orders, tokens. */
  readonly remote_ids: ReadonlySet<string>;
  /** All that identifies them, for rows that are theirs. */
  readonly own: Redactor;
  /** What identifies nobody else, for rows that are not theirs and may name them. */
  readonly anywhere: Redactor;
}

/** What is known of a person before anything is looked for. */
export interface Identity {
  /** External id, e-mail, telephone number: they name one person wherever they stand. */
  readonly unique: readonly string[];
  /** Names that nobody else of the tenant has. */
  readonly names: readonly string[];
  /** Addresses, and names that others have too: they say who it is in the person's own rows only. */
  readonly shared: readonly string[];
}

/** Shorter ones are words and numbers of everybody's. */
const UNIQUE_LETTERS_MIN = 4;
const NAME_LETTERS_MIN = 6;

export function redactorsOf({ unique, names, shared }: Identity): Pick<Person, "own" | "anywhere"> {
  const distinct = [
    ...unique.filter(({ length }) => length >= UNIQUE_LETTERS_MIN),
    ...names.filter(({ length }) => length >= NAME_LETTERS_MIN),
  ];
  return { own: redactorOf([...unique, ...names, ...shared]), anywhere: redactorOf(distinct) };
}

const REMOTE_ID = /\b[a-z]{2,6}_[A-Za-z0-9]{8,}\b/g;

/** Whether a text, such as a webhook's body, speaks of something that is theirs. */
export const isOf = (person: Pick<Person, "remote_ids" | "ids">, text: string): boolean => {
  for (const [id] of text.matchAll(REMOTE_ID)) if (person.remote_ids.has(id) || person.ids.has(id)) return true;
  return false;
};
