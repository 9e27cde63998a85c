import { z } from "zod";
import type { EVERYBODY } from "../db/schema.ts";
import { Glob, Ref, Time } from "../http/fields.ts";
import type { Instant } from "../kernel/clock.ts";
import { newId, type TenantId } from "../kernel/id.ts";
import { picosFromUsdPerMillion } from "../kernel/money.ts";
import { Problem } from "../kernel/problems.ts";
import { METERS } from "./meters.ts";
import type { PriceRow } from "./store.ts";

const Decimal = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,6})?$/, 'must be USD per million as a decimal string, such as "3" or "0.125"');

/** Prices of one model on one list, from an instant on. A `correction` may reach back: it puts right what was given wrongly. */
export const NewPrices = z
  .strictObject({
    model: Glob,
    tenant_id: Ref.nullable().default(null),
    list: z.enum(["standard", "fast"]).default("standard"),
    above_prompt_tokens: z.int().min(0).default(0),
    usd_per_million: z
      .partialRecord(z.enum(METERS), Decimal)
      .refine((rates) => Object.keys(rates).length > 0, "names no meter"),
    valid_from: Time.optional(),
    correction: z.boolean().default(false),
  })
  .refine(({ correction, valid_from }) => !correction || valid_from !== undefined, {
    path: ["valid_from"],
    message: "says from when on a correction holds",
  });
export type NewPrices = z.infer<typeof NewPrices>;

/**
 * The rows of new prices, a meter each. Nothing is edited: a correction stands beside what it corrects, with the next number of those
 * that there are for its meter from the same instant on (`earlier`).
 */
export function makePrices(
  fields: NewPrices,
  made: {
    readonly tenant_id: TenantId | typeof EVERYBODY;
    readonly valid_from: number;
    readonly source: string;
    readonly created_at: number;
    readonly earlier: ReadonlyMap<string, number>;
  },
): PriceRow[] {
  const { model, list, above_prompt_tokens, usd_per_million } = fields;
  const { earlier, ...shared } = made;
  return Object.entries(usd_per_million).map(([meter, usd]) => ({
    id: newId("price", made.created_at),
    ...shared,
    ...{ model, list, above_prompt_tokens, meter },
    pico_usd: picosFromUsdPerMillion(usd),
    correction: fields.correction ? (earlier.get(meter) ?? -1) + 1 : 0,
  }));
}

/** From when on something holds that was given now: from now, or later. */
export function startOf(asked: number | undefined, now: Instant, hint = ""): number {
  if (asked === undefined) return now;
  if (asked < now) {
    throw new Problem("invalid_request", {
      message: `valid_from: lies in the past, and what was priced then stays as it was${hint}`,
    });
  }
  return asked;
}
