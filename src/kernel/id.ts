import { randomFillSync } from "node:crypto";

/**
 * Every kind of id and its prefix, on one page. Request, subscription and invoice ids start with `tg` so that none can be
 * mistaken for one of Anthropic's (`req_`) or Razorpay's (`sub_`, `inv_`).
 */
const PREFIXES = {
  tenant: "ten",
  user: "usr",
  customer: "cus",
  key: "key",
  issuer: "iss",
  plan: "pln",
  limit: "lim",
  grant: "grt",
  event: "evt",
  price: "prc",
  rate: "fxr",
  audit: "aud",
  admin_key: "adk",
  admin_session: "ads",
  cost_line: "cst",
  alert: "alt",
  request: "tgr",
  subscription: "tgs",
  subscription_change: "sch",
  invoice: "tgi",
  credit_note: "tgn",
  self_invoice: "sfi",
  cycle: "cyc",
  mandate: "mnd",
  promotion: "prm",
  topup: "tup",
  credit_repeat: "rpt",
  collection: "col",
  payment: "mpy",
  refund: "trf",
  transfer: "jrn",
  claim: "clm",
  webhook: "whk",
  endpoint: "ept",
  delivery: "dlv",
  mail: "eml",
  reconciliation: "rec",
  finding: "fnd",
} as const;

type Kind = keyof typeof PREFIXES;
export type Id<K extends Kind = Kind> = string & { readonly kind: K };
export type TenantId = Id<"tenant">;
export type UserId = Id<"user">;
export type CustomerId = Id<"customer">;
export type KeyId = Id<"key">;
export type GrantId = Id<"grant">;
export type LimitId = Id<"limit">;
export type RequestId = Id<"request">;
export type EventId = Id<"event">;
export type SubscriptionId = Id<"subscription">;
export type CycleId = Id<"cycle">;
export type MandateId = Id<"mandate">;
export type InvoiceId = Id<"invoice">;
export type CreditNoteId = Id<"credit_note">;
export type SelfInvoiceId = Id<"self_invoice">;
export type CollectionId = Id<"collection">;
export type CreditRepeatId = Id<"credit_repeat">;
export type TopupId = Id<"topup">;
export type RefundId = Id<"refund">;
export type TransferId = Id<"transfer">;
export type ReconciliationId = Id<"reconciliation">;
export type FindingId = Id<"finding">;

/** Crockford's base 32: no letters that are read as digits, and it sorts as its value does. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const CHANCE = 14;
const pool = Buffer.alloc(4096);
let drawn = pool.length;
let last = { atMs: 0, count: 0 };

/**
 * A new id: prefix, ten characters of time, two that count within the millisecond, fourteen of chance (70 bits). Those of one process sort by
 * creation. `atMs` is wall time in epoch milliseconds.
 */
export function newId<K extends Kind>(kind: K, atMs: number): Id<K> {
  if (drawn + CHANCE > pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  last = { atMs, count: last.atMs === atMs ? (last.count + 1) & 1023 : 0 };
  let text = ALPHABET[last.count >> 5]! + ALPHABET[last.count & 31];
  for (let i = 0; i < CHANCE; i++) text += ALPHABET[pool[drawn + i]! & 31];
  drawn += CHANCE;
  return (firstIdAt(kind, atMs) + text) as Id<K>;
}

/** Sorts before every id of this kind that was made at `atMs` or later, and after all earlier ones. */
export function firstIdAt<K extends Kind>(kind: K, atMs: number): Id<K> {
  let time = "";
  for (let i = 0, rest = atMs; i < 10; i++, rest = Math.floor(rest / 32)) time = ALPHABET[rest % 32]! + time;
  return `${PREFIXES[kind]}_${time}` as Id<K>;
}

/** The id of a thing that follows from another: the same request always yields the same event, so settling twice changes nothing. */
export const eventIdOf = (request: RequestId, part = 0): EventId =>
  `${PREFIXES.event}${request.slice(PREFIXES.request.length)}${part ? `.${part}` : ""}` as EventId;

export const isId = <K extends Kind>(kind: K, text: string): text is Id<K> => text.startsWith(`${PREFIXES[kind]}_`);
