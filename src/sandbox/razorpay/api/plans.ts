import { PERIODS, type Period } from "../calendar.ts";
import type { Plan } from "../entities.ts";
import { Refused } from "../refusal.ts";
import { found } from "../shelf.ts";
import { planOnWire } from "../wire/subscription.ts";
import * as body from "./body.ts";
import { type Handler, page, type Route } from "./call.ts";

/** Plans: made once, never changed, never deleted. */

const create: Handler = (shelf, { body: fields }) => {
  body.expectFields(fields, ["period", "interval", "item", "notes"]);
  const period = body.text(fields, "period") as Period;
  const interval = body.whole(fields, "interval");
  const { dailyIntervalMin } = shelf.knobs;
  if (!PERIODS.includes(period))
    throw new Refused(`Not a valid period: it should be one of ${PERIODS.join(", ")}`, { field: "period" });
  if (interval < 1) throw new Refused("The interval must be at least 1.", { field: "interval" });
  if (period === "daily" && interval < dailyIntervalMin)
    throw new Refused(`Minimum interval for daily plan should be ${dailyIntervalMin}`, { field: "interval" });
  const item = body.part(fields, "item");
  body.expectFields(item, ["name", "amount", "currency", "description"]);
  const created_at = shelf.now();
  const plan: Plan = {
    ...{ id: shelf.newId("plan"), entity: "plan", interval, period, notes: body.notesOf(fields), created_at },
    item: {
      ...{
        id: shelf.newId("item"),
        name: body.text(item, "name"),
        description: body.optionalText(item, "description"),
      },
      ...{ amount: body.amountOf(item), currency: body.currencyOf(item), type: "plan", created_at },
    },
  };
  shelf.plans.set(plan.id, plan);
  return planOnWire(plan);
};

export const PLANS: readonly Route[] = [
  ["POST", "/plans", create],
  ["GET", "/plans", (shelf, call) => page(shelf, call, shelf.plans.values(), planOnWire)],
  ["GET", "/plans/:id", (shelf, _call, id) => planOnWire(found(shelf.plans, id))],
];
