import { z } from "zod";
import type { AccountId } from "../../db/schema/sellers.ts";
import { HOUR, MINUTE, SECOND } from "../../kernel/clock.ts";
import { newId } from "../../kernel/id.ts";
import type { BillingParts } from "../parts.ts";
import {
  insertWebhook,
  isKnownWebhook,
  leaseWebhooks,
  listDueWebhooks,
  saveWebhook,
  type WebhookRow,
} from "./store.ts";

/** `foreign`: the account is shared with other products, and this is none of ours. `ignored`: nothing of it concerns us. */
export type Applied = "applied" | "foreign" | "ignored";

/**
 * What makes our rows agree with an entity at Razorpay. Each fetches it by its id, so that it does not matter in which order events come, how
 * often, or what they say.
 */
export interface Appliers {
  subscription(account_id: AccountId, id: string): Promise<Applied>;
  payment(account_id: AccountId, id: string): Promise<Applied>;
  order(account_id: AccountId, id: string): Promise<Applied>;
  token(account_id: AccountId, id: string): Promise<Applied>;
  payment_link(account_id: AccountId, id: string): Promise<Applied>;
  refund(account_id: AccountId, id: string): Promise<Applied>;
  dispute(account_id: AccountId, id: string): Promise<Applied>;
  invoice(account_id: AccountId, id: string): Promise<Applied>;
}

const Envelope = z.object({
  event: z.string().min(1).max(100),
  created_at: z.number().nullish(),
  payload: z
    .record(z.string(), z.object({ entity: z.record(z.string(), z.unknown()) }).catch({ entity: {} }))
    .catch({}),
});

/** The order in which the entities of one event are applied: what they belong to comes before the money. */
const ENTITIES = ["subscription", "token", "order", "invoice", "payment_link", "payment", "refund", "dispute"] as const;
const EVENT_ID_LETTERS_MAX = 100;

/** Keeps a webhook whose signature was good, durably, once. False for one that was there already; null where its body is no event. */
export async function receive(
  { db, clock, step }: Pick<BillingParts, "db" | "clock" | "step">,
  account_id: AccountId,
  { event_id, body }: { readonly event_id: string; readonly body: string },
): Promise<boolean | null> {
  const parsed = Envelope.safeParse(parsedJson(body));
  if (!parsed.success || !event_id || event_id.length > EVENT_ID_LETTERS_MAX) return null;
  const { event, payload, created_at } = parsed.data;
  const now = clock.now();
  const row: WebhookRow = {
    ...{ id: newId("webhook", clock.wall()), account_id, event_id, type: event, body },
    ...{ tenant_id: account_id === "operator" ? null : account_id, state: "received" },
    entity_ids: idsOf(payload),
    ...{ attempts: 0, error: null, made_at: created_at ? created_at * SECOND : null },
    ...{ received_at: now, applied_at: null, next_at: now, leased_until: 0 },
  };
  // Most that come twice are told apart without a write.
  if (await isKnownWebhook(db.read, account_id, event_id)) return false;
  const kept = await db.transaction((tx) => insertWebhook(tx, row));
  step?.("webhook kept");
  return kept;
}

function parsedJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** The ids of what an event carries. `contains` is not to be relied upon: the payload itself is. */
function idsOf(payload: z.infer<typeof Envelope>["payload"]): Record<string, string> {
  const ids: Record<string, string> = {};
  for (const [name, { entity }] of Object.entries(payload)) {
    if (typeof entity.id === "string") ids[name] = entity.id;
  }
  return ids;
}

const ROWS_MAX = 200;
const AT_ONCE = 8;
/** Longer than an application takes, with all its calls. */
const LEASE_MS = 5 * MINUTE;
const RETRIES_MS = [30 * SECOND, 2 * MINUTE, 10 * MINUTE, HOUR, 6 * HOUR];

/** Applies what has come. One event that fails is tried again later, and holds up no other. Answers how many were looked at. */
export async function applyWebhooks(parts: BillingParts, appliers: Appliers): Promise<number> {
  const { db, clock } = parts;
  const due = await listDueWebhooks(db.read, { wall: clock.wall(), now: clock.now() }, ROWS_MAX);
  if (!due.length) return 0;
  const wall = clock.wall();
  const ids = due.map(({ id }) => id);
  const leased = await db.transaction((tx) => leaseWebhooks(tx, ids, { wall, until: wall + LEASE_MS }));
  const work = due.filter(({ id }) => leased.has(id)).values();
  // What a burst of events says of one entity is fetched once.
  const looked = new Map<string, Promise<Applied>>();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const row of work) await applyOne(parts, appliers, row, looked);
    }),
  );
  return leased.size;
}

async function applyOne(
  { db, clock, log, step }: BillingParts,
  appliers: Appliers,
  row: WebhookRow,
  looked: Map<string, Promise<Applied>>,
): Promise<void> {
  const attempts = row.attempts + 1;
  try {
    const outcomes: Applied[] = [];
    for (const name of ENTITIES) {
      const id = row.entity_ids[name];
      if (id === undefined) continue;
      const key = `${row.account_id} ${id}`;
      const applied = looked.get(key) ?? appliers[name](row.account_id, id);
      looked.set(key, applied);
      outcomes.push(await applied);
    }
    const state = outcomes.includes("applied") ? "applied" : outcomes.includes("foreign") ? "foreign" : "ignored";
    await db.transaction((tx) =>
      saveWebhook(tx, row.id, { state, attempts, error: null, applied_at: clock.now(), leased_until: 0 }),
    );
    step?.("webhook applied");
  } catch (error) {
    const wait = RETRIES_MS[Math.min(row.attempts, RETRIES_MS.length - 1)]!;
    log.warn({ err: error, webhook: row.id, type: row.type }, "a webhook could not be applied yet");
    await db.transaction((tx) =>
      saveWebhook(tx, row.id, {
        ...{ state: "failed", attempts, error: String((error as Error).message ?? error).slice(0, 1_000) },
        ...{ next_at: clock.now() + wait, leased_until: 0 },
      }),
    );
  }
}
