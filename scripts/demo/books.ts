import { eq } from "drizzle-orm";
import { listUnbalanced } from "../../src/billing/journal/store.ts";
import { total } from "../../src/db/columns.ts";
import { creditNotes, entries, grants, invoices, payments } from "../../src/db/schema.ts";
import { DAY, iso } from "../../src/kernel/clock.ts";
import type { TenantId } from "../../src/kernel/id.ts";
import { MICROS_PER_PAISA } from "../../src/kernel/money.ts";
import type { Person } from "./people.ts";
import type { Stage } from "./stage.ts";
import { monthOf, rupees, rupeesOfMicros, table } from "./words.ts";
import { YEAR_STARTS, type Year } from "./year.ts";

interface Cycle {
  readonly id: string;
  readonly start_at: string;
  readonly state: string;
  readonly totals: { readonly included_micros: number; readonly overage_micros: number } | null;
}
interface Invoice {
  readonly kind: string;
  readonly cycle_id: string | null;
  readonly total_paise: number;
  readonly paid_paise: number;
  readonly issued_at: string;
}

const sum = <T>(rows: readonly T[], of: (row: T) => number): number => rows.reduce((all, row) => all + of(row), 0);
const list = async <T>(stage: Stage, path: string) =>
  (await stage.admin<{ data: T[] }>("GET", `${path}limit=1000`)).data.toReversed();

/** A row for each month of a customer: what it used, what was invoiced for it, and what came in. */
export async function tableOfMonths(stage: Stage, { id }: Person): Promise<string> {
  const cycles = (await list<Cycle>(stage, `cycles?tenant_id=${id}&`)).filter(({ totals }) => totals !== null);
  const cut = await list<Invoice>(stage, `invoices?tenant_id=${id}&`);
  const rows = cycles.map((cycle) => {
    const start = Date.parse(cycle.start_at);
    const of = cut.filter((invoice) =>
      invoice.kind === "base"
        ? monthOf(Date.parse(invoice.issued_at)) === monthOf(start)
        : invoice.cycle_id === cycle.id,
    );
    return {
      ...{ month: monthOf(start), included: cycle.totals!.included_micros, overage: cycle.totals!.overage_micros },
      ...{ invoiced: sum(of, (row) => row.total_paise), collected: sum(of, (row) => row.paid_paise) },
    };
  });
  const all = {
    ...{ month: "in all", included: sum(rows, (row) => row.included), overage: sum(rows, (row) => row.overage) },
    ...{ invoiced: sum(rows, (row) => row.invoiced), collected: sum(rows, (row) => row.collected) },
  };
  const lines = [...rows, all].map(({ month, included, overage, invoiced, collected }) => [
    ...[month, rupeesOfMicros(included), rupeesOfMicros(overage), rupees(invoiced), rupees(collected)],
  ]);
  return table(["month", "included", "overage", "invoiced", "collected"], lines);
}

/** What the books must say at the end; each with what they say, and whether it is true. */
export async function provenBooks(stage: Stage, { everybody }: Year): Promise<readonly (readonly [string, boolean])[]> {
  const { db, account } = stage;
  const unbalanced = await listUnbalanced(db.read);
  const numbers = [
    ...(await db.read.select({ number: invoices.number }).from(invoices)),
    ...(await db.read.select({ number: creditNotes.number }).from(creditNotes)),
  ].map(({ number }) => number);
  const [collector] = await db.read
    .select({ micros: total(entries.amount_micros) })
    .from(entries)
    .where(eq(entries.ledger_account, "collector"));
  const { captured_paise, refunded_paise, deducted_paise, fees_paise } = account.books.totals();
  const there = captured_paise - refunded_paise - deducted_paise - fees_paise;
  const statements = await Promise.all(everybody.map((person) => agreement(stage, person)));
  return [
    ["the journal sums to zero, transfer by transfer", unbalanced.length === 0],
    [`${numbers.length} invoices and credit notes, their numbers without a gap`, isWithoutGap(numbers)],
    [`${rupees(there)} stand at Razorpay, in our books and in its own`, collector!.micros === there * MICROS_PER_PAISA],
    ...statements,
    ...(await usageAgrees(stage, everybody)),
  ];
}

function isWithoutGap(numbers: readonly string[]): boolean {
  const series = Map.groupBy(numbers, (number) => number.slice(0, number.lastIndexOf("/")));
  return [...series.values()].every((of) => {
    const counted = of.map((number) => Number(number.slice(number.lastIndexOf("/") + 1))).sort((a, b) => a - b);
    return counted.every((value, index) => value === index + 1);
  });
}

/** A customer's statement against what Razorpay took from it and gave back, to the paisa. */
async function agreement(stage: Stage, { id, name }: Person): Promise<readonly [string, boolean]> {
  const { lines, closing_micros } = await stage.admin<{
    lines: { kind: string; amount_micros: number }[];
    closing_micros: number;
  }>("GET", `tenants/${id}/statement?limit=5000`);
  const open = await list<{ open_paise: number }>(stage, `invoices?open=true&tenant_id=${id}&`);
  const moved = sum(
    lines.filter(({ kind }) => kind === "payment" || kind === "refund"),
    (line) => -line.amount_micros,
  );
  const ours = await stage.db.read
    .select()
    .from(payments)
    .where(eq(payments.tenant_id, id as TenantId));
  // The rupee that a mandate is registered with pays no invoice, and is on no statement.
  const ids = new Set(ours.filter(({ purpose }) => purpose !== "mandate").map((payment) => payment.id));
  const theirs = stage.account.books.payments().filter((payment) => ids.has(payment.id));
  const net = sum(theirs, (payment) => (payment.captured_at === null ? 0 : payment.amount - payment.amount_refunded));
  const agrees =
    moved === net * MICROS_PER_PAISA && closing_micros === sum(open, (row) => row.open_paise) * MICROS_PER_PAISA;
  return [
    `${name}'s statement: ${rupees(net)} paid, ${rupeesOfMicros(closing_micros)} open, as Razorpay has it`,
    agrees,
  ];
}

/** What was metered, against what the provider served; and what was spent, against what it was drawn from. */
async function usageAgrees(
  stage: Stage,
  everybody: readonly Person[],
): Promise<readonly (readonly [string, boolean])[]> {
  const from = iso(YEAR_STARTS - DAY);
  const recorded = { requests: 0, input: 0, output: 0, spend: 0 };
  for (const { id } of everybody) {
    const { totals } = await stage.admin<{
      totals: { requests: number; input_tokens: number; output_tokens: number; spend_micros: number }[];
    }>("GET", `tenants/${id}/usage?from=${from}`);
    for (const row of totals) {
      recorded.requests += row.requests;
      recorded.input += row.input_tokens;
      recorded.output += row.output_tokens;
      recorded.spend += row.spend_micros;
    }
  }
  const served = Object.values(stage.anthropic.tally.totals);
  const agrees =
    recorded.requests === sum(served, (row) => row.requests) &&
    recorded.input === sum(served, (row) => row.inputTokens) &&
    recorded.output === sum(served, (row) => row.outputTokens);
  const tokens = new Intl.NumberFormat("en-IN").format(recorded.input + recorded.output);
  const drawn = await stage.db.read.select({ kind: grants.kind, used: grants.used }).from(grants);
  const of = (kind: string) =>
    sum(
      drawn.filter((grant) => grant.kind === kind),
      (grant) => grant.used,
    );
  const split = [of("included"), of("overage"), of("prepaid")];
  const [included, overage, prepaid] = split.map(rupeesOfMicros);
  return [
    [`${recorded.requests} calls and ${tokens} tokens metered, as the provider served them`, agrees],
    [
      `${rupeesOfMicros(recorded.spend)} of use: ${included} included, ${overage} beyond the plans, ${prepaid} prepaid`,
      recorded.spend === sum(split, (micros) => micros),
    ],
  ];
}
