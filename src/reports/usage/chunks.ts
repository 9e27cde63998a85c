import type { Reader } from "../../db/database.ts";
import { instant } from "../../kernel/clock.ts";
import { windowAt } from "../../kernel/windows.ts";
import { type Leading, type LeadRange, leadsOf } from "../../usage/rollups/leads.ts";
import { type Bucket, bucketsOf } from "../../usage/rollups/spans.ts";
import type { RowKey } from "../../usage/rollups/store.ts";
import { leadAfter } from "../../usage/rollups/subjects/store.ts";
import type { Grouping, Selected } from "./query.ts";

const STRETCHES_MIN = 8;
const STRETCHES_MAX = 512;
const LEADS_MAX = 20_000;

/** A part of a report that is read by one statement: some stretches of time, or in one of them, some of those who lead. */
export interface Chunk {
  readonly buckets: readonly Bucket[];
  readonly lead?: LeadRange;
}

/** How many rows came of a chunk, and at which the page was full: the rest of it is still to be read. */
export interface Outcome {
  readonly rows: number;
  readonly stopped: RowKey | null;
}

type Report = Selected & Grouping;

/**
 * What a report reads one after the other: time a stretch after the other, more of them where little is in them; and where there may be
 * many tenants, users or keys, these some at a time.
 */
export async function* chunksOf(
  read: Reader,
  report: Report,
  size: number,
  after?: RowKey,
): AsyncGenerator<Chunk, void, Outcome> {
  const leads = leadsOf(report);
  const buckets = inTurn(bucketsFrom(report, after, leads.length > 0));
  let stretches = leads.length ? 1 : STRETCHES_MIN;
  const paced = ({ rows, stopped }: Outcome) => {
    if (stopped) stretches = Math.ceil(stretches / 2);
    else if (rows < size / 2) stretches = Math.min(STRETCHES_MAX, stretches * 2);
  };
  for (let [chunk, last] = [buckets.take(stretches), after]; chunk.length; chunk = buckets.take(stretches)) {
    if (leads.length && chunk.length === 1) {
      const [bucket] = chunk as [Bucket];
      const from = last?.at === bucket.label ? { after: leadOf(last, leads, report), isAgain: true } : {};
      const outcome = yield* someOfThem(read, report, { bucket, leads, from, size });
      paced(outcome);
      continue;
    }
    const outcome = yield { buckets: chunk };
    paced(outcome);
    const { stopped } = outcome;
    if (!stopped) continue;
    last = stopped;
    buckets.giveBack(chunk.filter(({ to }) => to > stopped.at));
  }
}

/** One stretch of time, by those who lead. */
async function* someOfThem(
  read: Reader,
  report: Report,
  { bucket, leads, from, size }: { bucket: Bucket; leads: readonly Leading[]; from: LeadRange; size: number },
): AsyncGenerator<Chunk, Outcome, Outcome> {
  let [count, all] = [size, 0];
  for (let range = from; ; ) {
    // Where the first of them have little, only who was there is looked for.
    const when = count > size ? { range: bucket } : {};
    const upto = await leadAfter(read, { leads, filter: report.filter, from: range, count, ...when });
    const isWhole = !range.after && !upto;
    const { rows, stopped } = yield {
      buckets: [bucket],
      ...(!isWhole && { lead: { ...range, ...(upto && { upto }) } }),
    };
    all += rows;
    if (stopped) {
      range = { after: leadOf(stopped, leads, report), isAgain: true };
    } else if (upto) {
      range = { after: upto };
      if (rows < size / 2) count = Math.min(LEADS_MAX, count * 2);
    } else return { rows: all, stopped: null };
  }
}

const leadOf = ({ dimensions }: RowKey, leads: readonly Leading[], { by }: Grouping): string[] =>
  leads.map((lead) => dimensions[by.indexOf(lead)]!);

function* bucketsFrom({ range, unit, timezone }: Report, after: RowKey | undefined, isSplit: boolean) {
  const start = unit !== null && after ? windowAt(unit, instant(after.at), timezone).start : range.from;
  const from = instant(Math.max(range.from, start));
  for (const bucket of bucketsOf({ from, to: range.to }, unit, timezone)) {
    if (isSplit) yield* stepsOf(bucket);
    else yield bucket;
  }
}

/** The hours of a day that come together, each for itself. */
function* stepsOf({ label, from, to, step }: Bucket): Generator<Bucket> {
  if (!step) {
    yield { label, from, to };
    return;
  }
  for (let at: number = label; at < to; at += step) {
    const [start, end] = [Math.max(at, from), Math.min(at + step, to)];
    if (start < end) yield { label: instant(at), from: instant(start), to: instant(end) };
  }
}

function inTurn(buckets: Iterator<Bucket>) {
  let returned: readonly Bucket[] = [];
  return {
    take(count: number): Bucket[] {
      const taken = returned.slice(0, count);
      returned = returned.slice(count);
      while (taken.length < count) {
        const next = buckets.next();
        if (next.done) break;
        taken.push(next.value);
      }
      return taken;
    },
    giveBack(some: readonly Bucket[]) {
      returned = [...some, ...returned];
    },
  };
}
