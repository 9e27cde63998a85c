import { listAccounts } from "../billing/razorpay/store.ts";
import type { Side } from "../db/schema/reconcile.ts";
import { iso } from "../kernel/clock.ts";
import { proveCounters } from "./books/counters.ts";
import { proveCycles } from "./books/cycles.ts";
import { proveDocuments } from "./books/documents.ts";
import { proveGrants } from "./books/grants.ts";
import { proveHolds } from "./books/holds.ts";
import { proveNumbers } from "./books/numbers.ts";
import { proveUsage } from "./books/rollups/rollups.ts";
import { proveDaySums, proveMonthSums, SUMMED_DAYS } from "./books/rollups/sums/prove.ts";
import { eventsWholeFrom } from "./books/store.ts";
import { proveTopups } from "./books/topups.ts";
import { proveTransfers } from "./books/transfers.ts";
import { proveMandates } from "./collector/mandates.ts";
import { proveDisputes, proveRefunds } from "./collector/money-back.ts";
import { proveOrders } from "./collector/orders.ts";
import { provePayments } from "./collector/payments.ts";
import { proveSettlements } from "./collector/settlements.ts";
import { proveCharges, proveSubscriptions } from "./collector/subscriptions.ts";
import { dayAt, daysOf } from "./days.ts";
import { proveProviderDay } from "./provider/prove.ts";
import type { ReconcileParts, RunRow, Step } from "./step.ts";

/** Every step there is, by the first word of its name. */
const STEPS: Readonly<Record<string, Step>> = {
  "books.transfers": proveTransfers,
  "books.documents": proveDocuments,
  "books.numbers": proveNumbers,
  "books.usage": proveUsage,
  "books.sums": proveDaySums,
  "books.month_sums": proveMonthSums,
  "books.grants": proveGrants,
  "books.counters": proveCounters,
  "books.holds": proveHolds,
  "books.topups": proveTopups,
  "books.cycles": proveCycles,
  "provider.day": proveProviderDay,
  "collector.subscriptions": proveSubscriptions,
  "collector.charges": proveCharges,
  "collector.payments": provePayments,
  "collector.refunds": proveRefunds,
  "collector.disputes": proveDisputes,
  "collector.mandates": proveMandates,
  "collector.orders": proveOrders,
  "collector.settlements": proveSettlements,
};

export function stepOf(name: string): { readonly step: Step; readonly of: string } {
  const [word = "", of = ""] = name.split(" ");
  const step = STEPS[word];
  if (!step) throw new Error(`this build knows no step ${word}`);
  return { step, of };
}

type Planned = Pick<RunRow, "plan" | "sides" | "left_out">;

/** The steps of a run, in their order, and which sides can be compared here at all. */
export async function planOf(parts: ReconcileParts, span: Pick<RunRow, "from_at" | "to_at">): Promise<Planned> {
  const sides: Side[] = ["books"];
  const left_out: Partial<Record<Side, string>> = {};
  const plan = ["books.transfers", "books.documents", "books.numbers"];
  const wholeFrom = await eventsWholeFrom(parts.db.read);
  const days = daysOf(span).filter((day) => dayAt(day) >= wholeFrom);
  if (days.length < daysOf(span).length) left_out.books = keptFrom(wholeFrom, days[0]);
  for (const day of days) plan.push(`books.usage ${day}`);
  for (let at = 0; at < days.length; at += SUMMED_DAYS) plan.push(`books.sums ${days[at]}`);
  if (days.length) plan.push("books.month_sums");
  plan.push("books.grants", "books.counters", "books.holds", "books.topups", "books.cycles");
  if (parts.provider) {
    sides.push("provider");
    for (const day of days) plan.push(`provider.day ${day}`);
    if (left_out.books) left_out.provider = left_out.books;
  } else left_out.provider = "There is no ANTHROPIC_ADMIN_KEY.";
  const collecting = Object.keys(STEPS).filter((name) => name.startsWith("collector."));
  for (const account of ["operator", ...(await listAccounts(parts.db.read))] as const) {
    if (!(await parts.collectors.known(account))) continue;
    if (!sides.includes("collector")) sides.push("collector");
    for (const name of collecting) plan.push(`${name} ${account}`);
  }
  if (!sides.includes("collector")) left_out.collector = "There is no Razorpay account.";
  return { plan, sides, left_out };
}

const keptFrom = (wholeFrom: number, firstDay: string | undefined): string =>
  `The events from before ${iso(wholeFrom)} are no longer kept: ${firstDay ? `use is compared from ${firstDay} on` : "use is compared on none of these days"}.`;
