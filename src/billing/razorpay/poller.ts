import type { AccountId } from "../../db/schema/sellers.ts";
import type { BillingParts } from "../parts.ts";
import { isUnknownId } from "./errors.ts";
import type { Appliers } from "./inbox.ts";

/** What is not final at Razorpay, by id: what a lost webhook would have told of. */
export interface Watched {
  readonly entity: keyof Appliers;
  readonly account_id: AccountId;
  readonly id: string;
}

const AT_ONCE = 4;

/** Looks at each again. One that Razorpay does not know, or that cannot be reached, stops no other. Answers how many were looked at. */
export async function lookAgain(parts: BillingParts, appliers: Appliers, watched: readonly Watched[]): Promise<number> {
  const work = watched.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const { entity, account_id, id } of work) {
        try {
          await appliers[entity](account_id, id);
        } catch (error) {
          const level = isUnknownId(error) ? "debug" : "warn";
          parts.log[level]({ err: error, entity, id }, "what is open at Razorpay could not be looked at");
        }
      }
    }),
  );
  return watched.length;
}
