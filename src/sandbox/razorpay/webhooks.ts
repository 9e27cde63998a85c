import { createHmac } from "node:crypto";

/** Events, and how they reach the merchant's endpoint: signed, at least once, on a ladder of tries, until it is switched off. */

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
  /** Every first try is put off at random by up to this many business milliseconds, so that events overtake each other. */
  reorderMs?: number;
  tamper?: (event: MadeEvent) => boolean;
  /** Signed with another secret than the endpoint's. */
  secret?: (event: MadeEvent) => string | undefined;
}

/** What is needed to try once more: plain words, as they are kept on the agenda. */
export type Try = readonly [event_id: string, secret: string, first: string, tries: string];

export interface Webhooks {
  readonly events: readonly MadeEvent[];
  readonly faults: WebhookFaults;
  endpoint: Endpoint | null;
  /** Since when nothing is sent any more because nothing was taken; null while it is on. */
  readonly disabledAt: number | null;
  disable(): void;
  emit(type: string, entities: Record<string, object>): void;
  attempt(args: Try): Promise<void>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
  /** Takes in what a former run had not delivered yet. */
  restore(kept: WebhooksKept): void;
  keep(undelivered: ReadonlySet<string>): WebhooksKept;
}

export interface WebhooksKept {
  readonly endpoint: Endpoint | null;
  readonly disabledAt: number | null;
  readonly takenAt: number;
  readonly events: readonly MadeEvent[];
}

/** After its first try an event is tried again after so many seconds, as was measured, and then no more. A refusal with 400 is no different from a 500. */
const LADDER_SECONDS = [
  ...[0.23, 6, 19, 40, 84, 162, 324, 648],
  ...[1_296, 2_580, 5_148, 10_260, 20_520, 41_040, 82_080],
];
/** These begin with the second rung. */
const SLOW: readonly string[] = ["refund.created", "payment.failed"];
/** After it was switched off, a little still trickles in. */
const TRICKLE_MS = 14 * 60_000;
const ANSWER_MS = 5_000;
const AT_ONCE = 16;
/** These say that they contain less than they do. */
const LYING: readonly string[] = ["subscription.activated"];

export function openWebhooks(parts: {
  readonly account_id: string;
  readonly now: () => number;
  readonly random: () => number;
  readonly newId: () => string;
  readonly plan: (at: number, args: Try) => void;
  readonly disableFailing: () => boolean;
}): Webhooks {
  const { now, newId, account_id, plan } = parts;
  const events: MadeEvent[] = [];
  const known = new Map<string, MadeEvent>();
  const faults: WebhookFaults = {};
  const underWay = new Set<Promise<void>>();
  let endpoint: Endpoint | null = null;
  let disabledAt: number | null = null;
  /** When something was last taken. */
  let takenAt = 0;

  const keepEvent = (event: MadeEvent) => {
    events.push(event);
    known.set(event.id, event);
  };
  const isOff = () => disabledAt !== null && now() > disabledAt + TRICKLE_MS;

  const deliver = async (event: MadeEvent, to: Endpoint, secret: string): Promise<boolean> => {
    const sent = faults.tamper?.(event) ? event.body.replace(/"amount":(\d+)/, '"amount":1$1') : event.body;
    const status = await fetch(to.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": "Razorpay-Webhook/v1",
        "x-razorpay-event-id": event.id,
        "request-id": event.id,
        "x-razorpay-signature": createHmac("sha256", secret).update(event.body).digest("hex"),
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

  return {
    events,
    faults,
    get endpoint() {
      return endpoint;
    },
    set endpoint(to) {
      endpoint = to;
      disabledAt = null;
    },
    get disabledAt() {
      return disabledAt;
    },
    disable() {
      disabledAt = now();
    },
    emit(type, entities) {
      const names = Object.keys(entities);
      const contains = LYING.includes(type) ? names.slice(0, 1) : names;
      const payload = Object.fromEntries(names.map((name) => [name, { entity: entities[name] }]));
      const made_at = now();
      const envelope = { entity: "event", account_id, event: type, contains, payload };
      const body = JSON.stringify({ ...envelope, created_at: Math.floor(made_at / 1_000) });
      const event: MadeEvent = { id: newId(), type, body, made_at, deliveries: [], dropped: false };
      keepEvent(event);
      if (!endpoint || disabledAt !== null || (endpoint.events && !endpoint.events.includes(type))) return;
      if (faults.drop?.(event)) {
        event.dropped = true;
        return;
      }
      const secret = faults.secret?.(event) ?? endpoint.secret;
      const overtaken = faults.reorderMs ? Math.floor(parts.random() * faults.reorderMs) : 0;
      for (let copy = 0; copy < (faults.copies?.(event) ?? 1); copy++) {
        const first = made_at + (faults.delayMs?.(event, copy) ?? 0) + overtaken;
        plan(first, [event.id, secret, String(first), SLOW.includes(type) ? "1" : "0"]);
      }
    },
    async attempt([event_id, secret, first, rung]) {
      while (underWay.size >= AT_ONCE) await Promise.race(underWay);
      const event = known.get(event_id);
      // An endpoint that was taken away, or switched off for a while, gets nothing more.
      if (!event || !endpoint || isOff()) return;
      const work = deliver(event, endpoint, secret).then((taken) => {
        underWay.delete(work);
        if (taken) {
          takenAt = Math.max(takenAt, now());
          return;
        }
        const wait = LADDER_SECONDS[Number(rung)];
        if (wait !== undefined)
          plan(Number(first) + Math.round(wait * 1_000), [event_id, secret, first, String(Number(rung) + 1)]);
        else if (takenAt < event.made_at && disabledAt === null && parts.disableFailing()) disabledAt = now();
      });
      underWay.add(work);
    },
    async idle() {
      while (underWay.size) await Promise.all(underWay);
    },
    restore(kept) {
      ({ endpoint, disabledAt, takenAt } = kept);
      for (const event of kept.events) keepEvent(event);
    },
    keep: (undelivered) => ({
      ...{ endpoint, disabledAt, takenAt },
      events: events.filter(({ id }) => undelivered.has(id)),
    }),
  };
}
