import type { Ending, Step } from "./answer.ts";
import type { Ask } from "./ask.ts";
import type { Behaviour } from "./directives.ts";
import type { Fault } from "./fault.ts";
import type { Outlet } from "./outlet.ts";
import { type Exchange, sendFault } from "./parts.ts";
import { type Ended, forgive, type TallyEntry } from "./tally.ts";

/** A message that is about to be answered. */
export interface Performance {
  exchange: Exchange;
  outlet: Outlet;
  entry: TallyEntry;
  ask: Ask;
  behaviour: Behaviour;
  paceMs: number;
  /** Whether the request uses prompt caching at all. */
  caches: boolean;
  messageId: string;
  steps: Generator<Step, Ending>;
}

/** How a request came out, and the last thing to send: sent after the tally is closed, so it is never behind. */
export interface Outcome {
  ended: Ended;
  farewell: () => void | Promise<void>;
}

/** The client left: what was read and generated until then stays in the entry. */
export const left = (): Outcome => ({ ended: "aborted", farewell: () => {} });

/** An error instead of an answer: nothing is billed. */
export function failed(exchange: Exchange, entry: TallyEntry, fault: Fault): Outcome {
  forgive(entry).status = fault.status;
  return { ended: "errored", farewell: () => sendFault(exchange, fault) };
}
