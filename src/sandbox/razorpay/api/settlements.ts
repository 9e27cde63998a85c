import { istDate } from "../calendar.ts";
import { resolveDispute } from "../disputes.ts";
import { Refused } from "../refusal.ts";
import { found } from "../shelf.ts";
import { disputeOnWire, movementOnWire } from "../wire/settlement.ts";
import { type Handler, page, type Route } from "./call.ts";

const COUNT_MAX = 1_000;

/** What was settled on a day, or in a month, row by row. */
const recon: Handler = (shelf, call) => {
  const [year, month, day] = ["year", "month", "day"].map((name) => Number(call.query.get(name)));
  if (!year || !month) throw new Refused("The year and month fields are required.", { field: year ? "month" : "year" });
  const rows = [...shelf.movements.values()].filter(({ settlement_id }) => {
    const settlement = shelf.settlements.get(settlement_id ?? "");
    if (!settlement) return false;
    const date = istDate(settlement.created_at);
    return date.year === year && date.month === month && (!day || date.day === day);
  });
  return page(shelf, call, rows, (row) => movementOnWire(shelf, row), COUNT_MAX);
};

export const SETTLEMENTS: readonly Route[] = [
  ["GET", "/settlements", (shelf, call) => page(shelf, call, shelf.settlements.values(), (one) => one)],
  ["GET", "/settlements/recon/combined", recon],
  ["GET", "/settlements/:id", (shelf, _call, id) => found(shelf.settlements, id)],
  ["GET", "/disputes", (shelf, call) => page(shelf, call, shelf.disputes.values(), disputeOnWire)],
  ["GET", "/disputes/:id", (shelf, _call, id) => disputeOnWire(found(shelf.disputes, id))],
  [
    "POST",
    "/disputes/:id/accept",
    (shelf, _call, id) => {
      const dispute = found(shelf.disputes, id);
      resolveDispute(shelf, dispute, "lost");
      return disputeOnWire(dispute);
    },
  ],
];
