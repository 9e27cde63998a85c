import { DAY, HOUR, iso } from "../kernel/clock.ts";
import { ONE_PPM } from "../kernel/money.ts";
import type { Margin } from "./margin.ts";
import { marginsOf } from "./margin.ts";
import { type AlertParts, raise } from "./parts.ts";
import type { AlertSettings } from "./settings.ts";
import { listSubscribers } from "./store.ts";
import { listMixes } from "./usage/store.ts";

const USED_MS = 7 * DAY;

/**
 * Tells of plans whose charge for a model no longer covers what the provider takes for it. A price or a rate may come into force at any time, so
 * it looks again and again; the same loss, at the same prices, is told once a month, and again when it has grown by a step.
 */
export async function lookAtMargins(parts: AlertParts, { least_ppm }: AlertSettings["margin"]): Promise<void> {
  const { db, clock } = parts;
  const now = clock.now();
  // Prices are kept for a second: what was changed by another node is seen at the next look.
  const catalog = await parts.catalogs.refresh();
  const subscribers = await listSubscribers(db.read);
  const mixes = await listMixes(db.read, now - (now % HOUR) - USED_MS);
  await raise(
    parts,
    marginsOf(catalog, subscribers, mixes, now)
      .filter(({ margin_ppm }) => margin_ppm < least_ppm)
      .map((margin) => ({
        type: "margin.negative" as const,
        dedupe: `margin.negative ${margin.plan_version_id} ${margin.model} ${occasionOf(margin)} ${iso(now).slice(0, 7)}`,
        tenant_id: null,
        data: { ...margin, calls: 1_000 },
      })),
  );
}

/** Exchange rates move daily, and most of it is no news: a loss is another one at other prices, or when it is deeper by so much. */
const STEP_PPM = ONE_PPM / 20;
const occasionOf = ({ price_version, margin_ppm }: Margin): string =>
  `${price_version} ${Math.floor(margin_ppm / STEP_PPM)}`;
