import { nextWorkingDay, settlementTime } from "./calendar.ts";
import type { Movement, Settlement } from "./entities.ts";
import type { Shelf } from "./shelf.ts";
import { digitsOf } from "./wire/payment.ts";

/** What Razorpay pays out: two working days after each payment, less fees, refunds and disputes that were lost. */

export function expectMovement(
  shelf: Shelf,
  fields: Omit<Movement, "id" | "created_at" | "due" | "settlement_id">,
): void {
  const [id, created_at] = [shelf.newId("adj"), shelf.now()];
  const due = settlementTime(created_at);
  shelf.movements.set(id, { ...fields, id, created_at, due, settlement_id: null });
  shelf.at(due, "settle");
}

/** Settles all that is due, unless it comes to nothing: then it waits for more. */
export function settle(shelf: Shelf): void {
  const now = shelf.now();
  let due = [...shelf.movements.values()].filter(({ due, settlement_id }) => settlement_id === null && due <= now);
  if (shelf.knobs.partialSettlements > 0 && due.length > 1) {
    shelf.knobs.partialSettlements -= 1;
    due = due.slice(0, Math.ceil(due.length / 2));
    shelf.at(nextWorkingDay(now), "settle");
  }
  const off = shelf.knobs.settledFeeOffPaise;
  const feeOff = ({ type }: Movement) => (type === "payment" ? off : 0);
  const amount = due.reduce((sum, one) => sum + one.credit - one.debit - feeOff(one), 0);
  if (amount <= 0) return;
  const short = shelf.knobs.settlementShortPaise;
  shelf.knobs.settlementShortPaise = 0;
  const id = shelf.newId("setl");
  const settlement: Settlement = {
    ...{ id, entity: "settlement", amount: amount - short, status: "processed", fees: 0, tax: 0 },
    ...{ utr: `AXISCN${digitsOf(id, 13)}`, created_at: now },
  };
  shelf.settlements.set(id, settlement);
  for (const movement of due) {
    movement.settlement_id = id;
    movement.fee += feeOff(movement);
    movement.credit -= feeOff(movement);
  }
  shelf.emit("settlement.processed", { settlement });
}
