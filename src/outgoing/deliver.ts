import { Webhook } from "standardwebhooks";
import type { Database } from "../db/database.ts";
import type { Outward } from "../http/outward.ts";
import { type Clock, HOUR, iso, MINUTE, SECOND } from "../kernel/clock.ts";
import { matchesAny } from "../kernel/glob.ts";
import type { Secrets } from "../tenants/seal.ts";
import {
  type DeliveryRow,
  type EndpointRow,
  insertDeliveries,
  listFreshAlerts,
  listLiveEndpoints,
  listPending,
  saveAttempt,
} from "./store.ts";

export interface DeliveryParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly outward: Outward;
}

/** Waits between tries, in ms: Standard Webhooks' own ladder. After the last, the delivery has failed and can be replayed. */
const RETRIES_MS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];
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
  for (const endpoint of live) {
    const fresh = await listFreshAlerts(db.read, endpoint, ROWS_MAX);
    const wanted = fresh.filter(({ type }) => matchesAny(endpoint.types, type));
    const at = { wall: clock.wall(), now: clock.now() };
    if (wanted.length) await db.transaction((tx) => insertDeliveries(tx, endpoint.id, wanted, at));
  }
  if (!live.length) return;

  const endpoints = new Map(live.map((endpoint) => [endpoint.id, endpoint]));
  const pending = await listPending(db.read, [...endpoints.keys()], ROWS_MAX);
  const lines = [...Map.groupBy(pending, ({ delivery }) => `${delivery.endpoint_id} ${delivery.tenant_id}`).values()];
  const work = lines.values();
  await Promise.all(
    Array.from({ length: LINES_AT_ONCE }, async () => {
      for (const line of work) {
        for (const { delivery, alert } of line) {
          if (delivery.next_at > clock.now()) break;
          if (!(await attempted(parts, endpoints.get(delivery.endpoint_id)!, delivery, alert))) break;
        }
      }
    }),
  );
}

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
  await parts.db.transaction((tx) => saveAttempt(tx, delivery.id, row));
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
