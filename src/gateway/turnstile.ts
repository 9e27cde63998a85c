import { SECOND } from "../kernel/clock.ts";
import { Problem } from "../kernel/problems.ts";

/** Lets so many calls in at once, of everybody and of one tenant, and keeps the others waiting in a fair order. */
export interface Turnstile {
  /** Resolves, when it is this tenant's turn, with the way out (to be called once). Rejects with `concurrency_limited` after the wait, or with the signal's reason. */
  enter(tenant_id: string, signal: AbortSignal): Promise<() => void>;
  /** Calls inside, and waiting. */
  readonly inside: number;
  readonly waiting: number;
}

export interface TurnstileBounds {
  readonly insideMax: number;
  readonly tenantInsideMax: number;
  /** Of one tenant; a longer queue would only be a longer way to the same refusal. */
  readonly tenantWaitingMax: number;
  readonly waitMs: number;
}

interface Waiter {
  readonly admit: () => void;
}

/**
 * A bound with a queue for each tenant. When a place is free, the tenants with somebody waiting take turns, so that one with a
 * thousand calls waiting delays another's single call by one place, not by a thousand.
 */
export function openTurnstile({ insideMax, tenantInsideMax, tenantWaitingMax, waitMs }: TurnstileBounds): Turnstile {
  const insideOf = new Map<string, number>();
  /** In the order of turns: a tenant that was served goes to the end. */
  const queues = new Map<string, Set<Waiter>>();
  let inside = 0;
  let waiting = 0;

  const fits = (tenant: string) => inside < insideMax && (insideOf.get(tenant) ?? 0) < tenantInsideMax;

  const take = (tenant: string): (() => void) => {
    inside += 1;
    insideOf.set(tenant, (insideOf.get(tenant) ?? 0) + 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      inside -= 1;
      const rest = insideOf.get(tenant)! - 1;
      if (rest) insideOf.set(tenant, rest);
      else insideOf.delete(tenant);
      callNext();
    };
  };

  const callNext = () => {
    for (const [tenant, queue] of queues) {
      if (inside >= insideMax) return;
      if (!fits(tenant)) continue;
      const [next] = queue;
      queues.delete(tenant);
      queue.delete(next!);
      if (queue.size) queues.set(tenant, queue);
      next!.admit();
    }
  };

  const wait = (tenant: string, signal: AbortSignal): Promise<() => void> =>
    new Promise((resolve, reject) => {
      const queue = queues.get(tenant) ?? new Set<Waiter>();
      if (queue.size >= tenantWaitingMax) return reject(limited("too many calls are waiting already"));
      const stop = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
        waiting -= 1;
      };
      const giveUp = (reason: unknown) => {
        queue.delete(waiter);
        if (!queue.size) queues.delete(tenant);
        stop();
        reject(reason);
      };
      const waiter: Waiter = {
        admit() {
          stop();
          resolve(take(tenant));
        },
      };
      const onAbort = () => giveUp(signal.reason);
      const timer = setTimeout(() => giveUp(limited(`no place became free within ${waitMs / SECOND} s`)), waitMs);
      signal.addEventListener("abort", onAbort, { once: true });
      waiting += 1;
      queue.add(waiter);
      queues.set(tenant, queue);
    });

  return {
    async enter(tenant, signal) {
      signal.throwIfAborted();
      // Who comes now may not pass those of its own tenant who wait; where another tenant waits, a free place is not for it.
      if (fits(tenant) && !queues.has(tenant)) return take(tenant);
      return wait(tenant, signal);
    },
    get inside() {
      return inside;
    },
    get waiting() {
      return waiting;
    },
  };
}

const limited = (why: string): Problem =>
  new Problem("concurrency_limited", {
    message: `Too many calls of this account are under way: ${why}. Try again shortly.`,
    headers: { "retry-after": "1" },
  });
