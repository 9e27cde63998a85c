import { Webhook } from "standardwebhooks";
import type { Database } from "../db/database.ts";
import type { Outward } from "../http/outward.ts";
import { type Clock, HOUR, iso, MINUTE, SECOND } from "../kernel/clock.ts";
import { isForTenants } from "../kernel/events.ts";
import { matchesAny } from "../kernel/glob.ts";
import type { Secrets } from "../tenants/seal.ts";
import {
  type DeliveryRow,
  type EndpointRow,
  insertDeliveries,
  listDue,
  listFreshAlerts,
  listLiveEndpoints,
  lookFrom,
  noteAnswering,
  noteFailing,
  saveAttempt,
  saveSeen,
  wakeDeliveries,
} from "./store.ts";

export interface DeliveryParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly outward: Outward;
}

/**
 * Waits between tries, in ms: three days in all, and close together in the first hours, so that a receiver that was down is soon heard.
 * After the last, the delivery has failed and can be replayed.
 */
const RETRIES_MS = [
  ...[5 * SECOND, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR],
  ...[5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR],
];
/** An endpoint that answers again after this long has what waits for it sent at once. */
const DOWN_MS = 5 * MINUTE;
const ROWS_MAX = 1_000;
const LINES_AT_ONCE = 8;
const ERROR_LETTERS_MAX = 500;

/** An event as receivers get it. */
export interface OutgoingEvent {
  readonly id: string;
  readonly type: string;
  readonly tenant_id: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly created_at: number;
}

/**
 * Gives every new event to every endpoint that wants it, and sends what waits. The events of one tenant reach an endpoint in their order:
 * while one fails, those behind it wait. One node at a time does this.
 */
export async function deliverEvents(parts: DeliveryParts): Promise<void> {
  const { db, clock } = parts;
  const live = await listLiveEndpoints(db.read);
  for (const endpoint of live) await giveFresh(parts, endpoint);

  const lines: Line[] = [];
  for (const endpoint of live) {
    const due = await listDue(db.read, endpoint.id, clock.now(), ROWS_MAX);
    for (const waiting of Map.groupBy(due, ({ delivery }) => delivery.tenant_id).values())
      lines.push({ endpoint, waiting });
  }
  const work = lines.values();
  await Promise.all(
    Array.from({ length: LINES_AT_ONCE }, async () => {
      for (const { endpoint, waiting } of work) {
        for (const { delivery, alert } of waiting) {
          if (!(await attempted(parts, endpoint, delivery, alert))) break;
        }
      }
    }),
  );
}

/** What is due at one endpoint of one tenant's events, oldest first. */
interface Line {
  readonly endpoint: EndpointRow;
  readonly waiting: Awaited<ReturnType<typeof listDue>>;
}

/** Queues for an endpoint what is new and what it wants: page by page, so that many events that it does not want hide none that it does. */
async function giveFresh({ db, clock }: DeliveryParts, endpoint: EndpointRow): Promise<void> {
  let seen = endpoint.seen_alert_id;
  for (let from = lookFrom(endpoint); ; ) {
    const page = await listFreshAlerts(db.read, endpoint, from, ROWS_MAX);
    const last = page.at(-1)?.id;
    if (last === undefined) return;
    const wanted = page.filter(({ type }) => wants(endpoint, type));
    const at = { wall: clock.wall(), now: clock.now() };
    const further = seen === null || last > seen;
    if (wanted.length || further) {
      await db.transaction(async (tx) => {
        await insertDeliveries(tx, endpoint.id, wanted, at);
        if (further) await saveSeen(tx, endpoint.id, last);
      });
    }
    if (further) seen = last;
    if (page.length < ROWS_MAX) return;
    from = `${last}0`;
  }
}

/** A tenant's own endpoint hears of nothing that is about the operator's costs, provider or collector. */
const wants = ({ tenant_id, types }: EndpointRow, type: string): boolean =>
  matchesAny(types, type) && (tenant_id === null || isForTenants(type));

/** One try. False where what comes behind it has to wait. */
async function attempted(
  parts: DeliveryParts,
  endpoint: EndpointRow,
  delivery: DeliveryRow,
  event: OutgoingEvent,
): Promise<boolean> {
  const { status, error } = await send(parts, endpoint, event);
  const now = parts.clock.now();
  const attempts = delivery.attempts + 1;
  const wait = RETRIES_MS[delivery.attempts];
  const row: Parameters<typeof saveAttempt>[2] =
    error === null
      ? { state: "delivered", attempts, status, error, next_at: now, delivered_at: now }
      : wait === undefined
        ? { state: "failed", attempts, status, error, next_at: now, delivered_at: null }
        : { state: "pending", attempts, status, error, next_at: now + wait, delivered_at: null };
  await parts.db.transaction(async (tx) => {
    await saveAttempt(tx, delivery.id, row);
    if (error !== null) return noteFailing(tx, endpoint.id, now);
    const since = await noteAnswering(tx, endpoint.id);
    if (since !== null && now - since >= DOWN_MS) await wakeDeliveries(tx, endpoint.id, now);
  });
  return row.state !== "pending";
}

/** Sends an event, signed as Standard Webhooks has it; anything but a 2xx is an error. */
export async function send(
  { clock, secrets, outward }: Pick<DeliveryParts, "clock" | "secrets" | "outward">,
  endpoint: Pick<EndpointRow, "id" | "url" | "secret_sealed">,
  { id, type, tenant_id, data, created_at }: OutgoingEvent,
): Promise<{ status: number | null; error: string | null }> {
  const body = JSON.stringify({ id, type, created_at: iso(created_at), data: { tenant_id, ...data } });
  const at = new Date(clock.wall());
  const signature = new Webhook(secrets.unseal(endpoint.secret_sealed, endpoint.id)).sign(id, at, body);
  try {
    const answer = await outward.fetch(endpoint.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": "Tollgate-Webhook/1",
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(at.getTime() / SECOND)),
        "webhook-signature": signature,
      },
      body,
    });
    await answer.body?.cancel();
    return { status: answer.status, error: answer.ok ? null : `answered ${answer.status}` };
  } catch (error) {
    const { message, cause } = error as Error;
    return {
      status: null,
      error: `${message}${cause instanceof Error ? `: ${cause.message}` : ""}`.slice(0, ERROR_LETTERS_MAX),
    };
  }
}
