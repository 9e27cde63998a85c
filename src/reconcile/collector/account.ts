import { isUnknownId } from "../../billing/razorpay/errors.ts";
import type { ListQuery, Razorpay } from "../../billing/razorpay/port.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { DAY, SECOND } from "../../kernel/clock.ts";
import { type Chunk, NOTHING_FOUND, type ReconcileParts, type Step } from "../step.ts";
import type { Mine } from "./store.ts";

const PAGE = 100;

/** One account at Razorpay, and the span that is proved. */
export interface Account extends Mine {
  readonly razorpay: Razorpay;
}

/** A step about one account, whose name says which. One that is gone since the run was planned has nothing to be compared with. */
export const ofAccount =
  (prove: (parts: ReconcileParts, account: Account, cursor: string | null) => Promise<Chunk>): Step =>
  async (parts, { from_at: from, to_at: to }, { of, cursor }) => {
    const account_id = of as AccountId;
    const razorpay = await parts.collectors.known(account_id);
    if (!razorpay) return NOTHING_FOUND;
    return prove(parts, { account_id, razorpay, from, to }, cursor);
  };

/** Of a span at a time. */
export const DAYS_MAX = 4;

/** The same, so many days of the span at a time: however much there is in it, other timed work does not wait for all of it. */
export const daysOfAccount = (
  daysMax: number,
  prove: (parts: ReconcileParts, account: Account) => Promise<Omit<Chunk, "next">>,
): Step =>
  ofAccount(async (parts, account, cursor) => {
    const from = cursor === null ? account.from : Number(cursor);
    const to = Math.min(from + daysMax * DAY, account.to);
    return { ...(await prove(parts, { ...account, from, to })), next: to < account.to ? String(to) : null };
  });

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
