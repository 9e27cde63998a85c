import { isUnknownId } from "../../billing/razorpay/errors.ts";
import type { ListQuery, Razorpay } from "../../billing/razorpay/port.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { SECOND } from "../../kernel/clock.ts";
import type { Chunk, ReconcileParts, Step } from "../step.ts";
import type { Mine } from "./store.ts";

const PAGE = 100;

/** One account at Razorpay, and the span that is proved. */
export interface Account extends Mine {
  readonly razorpay: Razorpay;
}

/** A step about one account, whose name says which. One that is gone since the run was planned has nothing to be compared with. */
export const ofAccount =
  (prove: (parts: ReconcileParts, account: Account) => Promise<Omit<Chunk, "next">>): Step =>
  async (parts, { from_at: from, to_at: to }, { of }) => {
    const account_id = of as AccountId;
    const razorpay = await parts.collectors.known(account_id);
    if (!razorpay) return { findings: [], next: null };
    return { ...(await prove(parts, { account_id, razorpay, from, to })), next: null };
  };

/** All of a list; of a span where it is given, in the seconds that Razorpay counts by. */
export async function everyOne<T>(
  list: (query: ListQuery) => Promise<readonly T[]>,
  span?: { readonly from: number; readonly to: number },
): Promise<T[]> {
  const bounds = span && { from: Math.floor(span.from / SECOND), to: Math.ceil(span.to / SECOND) - 1 };
  const all: T[] = [];
  for (let skip = 0; ; skip += PAGE) {
    const page = await list({ ...bounds, count: PAGE, skip });
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

/** An entity by its id; null only where Razorpay says that there is none. That a list leaves it out proves nothing. */
export async function byId<T>(fetched: Promise<T>): Promise<T | null> {
  try {
    return await fetched;
  } catch (error) {
    if (isUnknownId(error)) return null;
    throw error;
  }
}
