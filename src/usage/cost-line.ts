import { z } from "zod";
import type { costLines } from "../db/schema.ts";
import { Time } from "../http/fields.ts";
import { instant, iso } from "../kernel/clock.ts";
import { newId } from "../kernel/id.ts";
import { costMicros, fromDecimal, type Micros, micros, picoUsd, toDecimal } from "../kernel/money.ts";
import { type Span, windowAt } from "../kernel/windows.ts";
import { usd } from "./event.ts";

export type CostLine = typeof costLines.$inferSelect;

/** What the provider charges for an hour of a code-execution container, past the hours that are free in each calendar month. */
const USD_PER_HOUR = micros(50_000);
const FREE_HOURS = micros(1_550_000_000);

/** The provider's month, by which its allowance counts. */
export const monthOf = (at: number): Span => windowAt("month", instant(at), "UTC");

export const NewCostLine = z
  .strictObject({
    kind: z.enum(["code_execution_hours"]),
    reference: z.string().trim().min(1).max(200),
    quantity: z.string().regex(/^\d{1,9}(\.\d{1,6})?$/, 'must be hours as a decimal string, such as "12.5"'),
    from: Time,
    to: Time,
    note: z.string().trim().max(500).nullable().default(null),
  })
  .refine(({ from, to }) => to > from, { path: ["to"], message: "must be later than from" })
  .refine(({ from, to }) => monthOf(from).start === monthOf(to - 1).start, {
    path: ["to"],
    message: "must be in the same calendar month (UTC) as from: the free hours count by months",
  });
export type NewCostLine = z.infer<typeof NewCostLine>;

/**
 * A line and its cost, after so many hours of the same month. The allowance goes to the lines in the order they came in; the
 * month's sum is the same in any order, to the last micro.
 */
export function makeCostLine(fields: NewCostLine, { before, at }: { before: Micros; at: number }): CostLine {
  const { from, to, quantity, ...rest } = fields;
  const quantity_micros = micros(fromDecimal(quantity, 6));
  const chargedOf = (hours: number) => Math.max(0, hours - FREE_HOURS);
  // Micro-hours times micro-USD an hour are pico-USD.
  const costTo = (hours: number) => costMicros(picoUsd(BigInt(chargedOf(hours)) * BigInt(USD_PER_HOUR)));
  const after = before + quantity_micros;
  return {
    id: newId("cost_line", at),
    ...rest,
    quantity_micros,
    charged_micros: micros(chargedOf(after) - chargedOf(before)),
    rate_micros_usd: USD_PER_HOUR,
    cost_micros_usd: micros(costTo(after) - costTo(before)),
    from_at: from,
    to_at: to,
    created_at: at,
  };
}

/** Whether a line that exists says what is asked for again under its reference. */
export const saysTheSame = (line: CostLine, { kind, quantity, from, to }: NewCostLine): boolean =>
  line.kind === kind &&
  line.quantity_micros === Number(fromDecimal(quantity, 6)) &&
  line.from_at === from &&
  line.to_at === to;

export const presentCostLine = (line: CostLine) => ({
  id: line.id,
  kind: line.kind,
  reference: line.reference,
  quantity: toDecimal(BigInt(line.quantity_micros), 6),
  charged: toDecimal(BigInt(line.charged_micros), 6),
  usd_each: usd(line.rate_micros_usd),
  cost_micros_usd: line.cost_micros_usd,
  cost_usd: usd(line.cost_micros_usd),
  from: iso(line.from_at),
  to: iso(line.to_at),
  note: line.note,
  created_at: iso(line.created_at),
});
