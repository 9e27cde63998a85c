import ipaddr from "ipaddr.js";
import { LRUCache } from "lru-cache";
import { type Clock, MINUTE } from "../../kernel/clock.ts";
import { Problem } from "../../kernel/problems.ts";

export interface Attempts {
  /** Lets an address try, or throws a Problem of 429. It counts until `succeeded` is called. */
  begin(address: string | null): { succeeded(): void };
}

const FAILED_MAX = 10;
const WINDOW_MS = 15 * MINUTE;
/** Addresses that are remembered; beyond it the one that has not tried for longest is forgotten. */
const ADDRESSES_MAX = 10_000;

interface Tries {
  readonly since: number;
  count: number;
}

/**
 * Failed sign-ins, address by address. What an administrator signs in with cannot be guessed; that somebody tries all the same should be slow, and seen. An
 * attempt counts before it is looked at, so that a thousand at once are no more than one after the other.
 */
export function openAttempts({ clock }: { readonly clock: Pick<Clock, "wall"> }): Attempts {
  const tried = new LRUCache<string, Tries>({ max: ADDRESSES_MAX });
  return {
    begin(address) {
      const now = clock.wall();
      const name = networkOf(address);
      const known = tried.get(name);
      const tries = known && now - known.since < WINDOW_MS ? known : { since: now, count: 0 };
      if (tries.count >= FAILED_MAX) {
        const seconds = Math.max(1, Math.ceil((tries.since + WINDOW_MS - now) / 1_000));
        throw new Problem("rate_limited", {
          message: `Too many sign-ins from this address failed: try again in ${seconds} seconds.`,
          headers: { "retry-after": String(seconds) },
        });
      }
      tries.count++;
      tried.set(name, tries);
      return {
        succeeded: () => {
          tries.count--;
        },
      };
    },
  };
}

/** An IPv4 address, or the /64 that whoever has one IPv6 address has all of. */
function networkOf(address: string | null): string {
  if (address === null || !ipaddr.isValid(address)) return address ?? "";
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(":") : parsed.toString();
}
