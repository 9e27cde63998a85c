import { createHmac } from "node:crypto";
import type { Agenda } from "./agenda.ts";

export interface Delivery {
  readonly at: number;
  /** The receiver's answer; 0 where there was none. */
  readonly status: number;
}

export interface MadeEvent {
  readonly id: string;
  readonly type: string;
  readonly body: string;
  readonly made_at: number;
  readonly deliveries: Delivery[];
  dropped: boolean;
}

export interface Endpoint {
  readonly url: string;
  readonly secret: string;
  /** Only these types; all where it is missing. */
  readonly events?: readonly string[];
}

/** What becomes of webhooks on their way; each is asked for every event. */
export interface WebhookFaults {
  drop?: (event: MadeEvent) => boolean;
  /** How often it is delivered at first: 1 unless told otherwise. */
  copies?: (event: MadeEvent) => number;
  /** Business milliseconds by which the first try of each of its copies (from 0) comes later. */
  delayMs?: (event: MadeEvent, copy: number) => number;
  tamper?: (event: MadeEvent) => boolean;
  /** Signed with another secret than the endpoint's. */
  secret?: (event: MadeEvent) => string | undefined;
}

export interface Webhooks {
  readonly events: readonly MadeEvent[];
  readonly faults: WebhookFaults;
  endpoint: Endpoint | null;
  emit(type: string, entities: Record<string, object>): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/** After its first try an event is tried again after so many seconds, as was measured, and then no more. A refusal with 400 is no different from a 500. */
const LADDER_SECONDS = [
  ...[0.23, 6, 19, 40, 84, 162, 324, 648],
  ...[1_296, 2_580, 5_148, 10_260, 20_520, 41_040, 82_080],
];
const ANSWER_MS = 5_000;
const AT_ONCE = 16;

export function openWebhooks(parts: {
  readonly account_id: string;
  readonly agenda: Agenda;
  readonly now: () => number;
  readonly newId: () => string;
}): Webhooks {
  const { agenda, now, newId, account_id } = parts;
  const events: MadeEvent[] = [];
  const faults: WebhookFaults = {};
  const underWay = new Set<Promise<void>>();
  let endpoint: Endpoint | null = null;

  const deliver = async (event: MadeEvent, to: Endpoint, secret: string): Promise<boolean> => {
    const sent = faults.tamper?.(event) ? event.body.replace(/"amount":(\d+)/, '"amount":1$1') : event.body;
    const signature = createHmac("sha256", secret).update(event.body).digest("hex");
    const status = await fetch(to.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": "Razorpay-Webhook/v1",
        "x-razorpay-event-id": event.id,
        "request-id": event.id,
        "x-razorpay-signature": signature,
      },
      body: sent,
      signal: AbortSignal.timeout(ANSWER_MS),
    }).then(
      async (answer) => {
        await answer.arrayBuffer();
        return answer.status;
      },
      () => 0,
    );
    event.deliveries.push({ at: now(), status });
    return status >= 200 && status < 300;
  };

  const attempt = (event: MadeEvent, to: Endpoint, secret: string, first: number, tries: number) => async () => {
    while (underWay.size >= AT_ONCE) await Promise.race(underWay);
    const work = deliver(event, to, secret).then((taken) => {
      underWay.delete(work);
      const wait = LADDER_SECONDS[tries];
      // An endpoint that was taken away gets nothing more.
      if (!taken && wait !== undefined && endpoint?.url === to.url)
        agenda.add(first + wait * 1_000, attempt(event, to, secret, first, tries + 1));
    });
    underWay.add(work);
  };

  return {
    events,
    faults,
    get endpoint() {
      return endpoint;
    },
    set endpoint(to) {
      endpoint = to;
    },
    emit(type, entities) {
      const contains = Object.keys(entities);
      const payload = Object.fromEntries(contains.map((name) => [name, { entity: entities[name] }]));
      const made_at = now();
      const id = newId();
      const envelope = {
        entity: "event",
        account_id,
        event: type,
        contains,
        payload,
        created_at: Math.floor(made_at / 1_000),
      };
      const event: MadeEvent = { id, type, body: JSON.stringify(envelope), made_at, deliveries: [], dropped: false };
      events.push(event);
      if (!endpoint || (endpoint.events && !endpoint.events.includes(type))) return;
      if (faults.drop?.(event)) {
        event.dropped = true;
        return;
      }
      const secret = faults.secret?.(event) ?? endpoint.secret;
      for (let copy = 0; copy < (faults.copies?.(event) ?? 1); copy++) {
        const first = made_at + (faults.delayMs?.(event, copy) ?? 0);
        agenda.add(first, attempt(event, endpoint, secret, first, 0));
      }
    },
    async idle() {
      while (underWay.size) await Promise.all(underWay);
    },
  };
}
