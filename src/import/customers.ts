import type { BillingParts } from "../billing/parts.ts";
import type { Actor } from "../db/audit.ts";
import type { Secrets } from "../tenants/seal.ts";
import { type CsvLine, readCsv } from "./csv.ts";
import { assertNone, type Faults, faultOf, tried, triedLater } from "./faults.ts";
import { COLUMNS, type CustomerLine, customerOf } from "./line.ts";
import { foundPayer, madePayer } from "./payer.ts";
import { STEPS } from "./steps.ts";

export interface ImportParts extends BillingParts {
  readonly secrets: Secrets;
  /** Who does it, as the audit log says. */
  readonly actor: Actor;
}

/** What was found to do for one customer, or has been done; nothing where all is so already. */
export interface Imported {
  readonly line: number;
  readonly external_id: string;
  readonly user_external_id: string | null;
  readonly does: readonly string[];
}

export interface Trouble {
  readonly line: number;
  readonly external_id: string | null;
  readonly message: string;
}

export interface ImportReport {
  /** False: it was only looked at. */
  readonly applied: boolean;
  readonly lines: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly customers: readonly Imported[];
  readonly problems: readonly Trouble[];
}

/**
 * Brings customers, their balances and what they have at Razorpay into this installation, from the text of a CSV file. Each line is looked at as a whole
 * before anything of it is done; a bad line is named and stops no other. What is there already is left as it is, so that it can be run again until no line
 * is left. Throws a Problem where the file as a whole cannot be read.
 */
export async function importCustomers(
  parts: ImportParts,
  text: string,
  { apply, onProgress }: { readonly apply: boolean; readonly onProgress?: (done: number, of: number) => void },
): Promise<ImportReport> {
  const rows = readCsv(text, COLUMNS);
  const [customers, problems]: [Imported[], Trouble[]] = [[], []];
  const seen = new Map<string, number>();
  for (const [index, row] of rows.entries()) {
    try {
      const faults: Faults = [];
      const named = namedOnce(row);
      faults.push(...repeated(seen, named));
      const line = tried(faults, () => customerOf(row));
      assertNone(faults);
      if (!line) continue;
      for (const name of named) seen.set(name, row.line);
      const { external_id, user_external_id = null } = line;
      customers.push({ line: row.line, external_id, user_external_id, does: await imported(parts, line, apply) });
    } catch (error) {
      problems.push({ line: row.line, external_id: row.fields.external_id ?? null, message: faultOf(error) });
    }
    onProgress?.(index + 1, rows.length);
  }
  const changed = customers.filter(({ does }) => does.length > 0).length;
  return { applied: apply, lines: rows.length, changed, unchanged: customers.length - changed, customers, problems };
}

async function imported(parts: ImportParts, line: CustomerLine, apply: boolean): Promise<readonly string[]> {
  const { payer, missing } = await foundPayer(parts, line);
  const due = [];
  const faults: Faults = [];
  for (const step of STEPS) {
    const words = await triedLater(faults, () => step.look(parts, payer, line));
    if (words) due.push({ step, words });
  }
  assertNone(faults);
  const does = [...missing, ...due.map(({ words }) => words)];
  if (!apply || does.length === 0) return does;
  const made = await madePayer(parts, line);
  for (const { step } of due) await step.act(parts, made, line);
  return does;
}

/** One customer, one subscription, one token: one line. What of these a line names. */
function namedOnce({ fields }: CsvLine): readonly string[] {
  const { external_id, user_external_id, razorpay_subscription_id, token_id } = fields;
  const customer = external_id && JSON.stringify([external_id, user_external_id]);
  const named = { external_id: customer, razorpay_subscription_id, token_id };
  return Object.entries(named).flatMap(([column, value]) => (value ? [`${column} ${value}`] : []));
}

/** Only lines that could be read count: what stands on a bad line is not there. */
const repeated = (seen: ReadonlyMap<string, number>, named: readonly string[]): Faults =>
  named
    .filter((name) => seen.has(name))
    .map((name) => `${name.split(" ")[0]}: stands on line ${seen.get(name)} already`);
