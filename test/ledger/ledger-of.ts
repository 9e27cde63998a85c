import type {
  Answer,
  Books,
  Demand,
  Grant,
  Hold,
  HoldTicket,
  Operation,
  ThresholdPassed,
} from "../../src/ledger/books.ts";
import { type Decision, decide } from "../../src/ledger/decide.ts";
import { amountsOf, booksOf, NOW, spending, ticketOf } from "./sample.ts";

export const place = (
  id: string,
  spend: number,
  demands: Demand[] = [],
  fields: Partial<HoldTicket> = {},
): Operation<string> => ({
  kind: "place",
  ticket: ticketOf(id, fields),
  needs: amountsOf({ spend_micros: spend, input_tokens: spend, output_tokens: spend, total_tokens: 2 * spend }),
  demands,
});
export const settle = (hold: Hold, spend: number): Operation<string> => ({
  kind: "settle",
  hold,
  used: spending(spend),
  event: `event of ${hold.id}`,
  at: NOW,
});

/** Does these operations one after the other on books that start with these grants; answers the books too. */
export function ledgerOf(...grants: Grant[]) {
  let rows = { grants, counters: [...booksOf({}).counters.values()], holds: [...booksOf({}).holds.values()] };
  const passed: ThresholdPassed[] = [];
  const merged = <T extends { id: string }>(old: readonly T[], changed: readonly T[]): T[] => [
    ...new Map([...old, ...changed].map((row) => [row.id, row])).values(),
  ];
  return {
    passed,
    books: (): Books => booksOf(rows),
    grant: (id: string) => rows.grants.find((grant) => grant.id === id)!,
    counter: (id: string) => rows.counters.find((counter) => counter.id === id),
    do(...operations: Operation<string>[]): readonly Answer[] {
      const decision: Decision<string> = decide(booksOf(rows), operations);
      passed.push(...decision.passed);
      rows = {
        grants: merged(rows.grants, decision.grants),
        counters: merged(rows.counters, decision.counters),
        holds: merged(rows.holds, decision.holds),
      };
      return decision.answers;
    },
    hold(id: string, spend: number, demands: Demand[] = [], fields: Partial<HoldTicket> = {}): Hold {
      const [answer] = this.do(place(id, spend, demands, fields));
      if (answer!.kind !== "placed") throw new Error(`${id} was not placed: ${JSON.stringify(answer)}`);
      return answer!.hold;
    },
  };
}
/** What a hold holds of each grant, in order. */
export const drawn = (hold: Hold) => hold.held.draws.map(({ grant_id, amount }) => [grant_id as string, amount]);
