import { DAY, HOUR, iso } from "../../kernel/clock.ts";
import { BATCH_HOLDS } from "../../ledger/store.ts";
import type { NewFinding } from "../finding.ts";
import type { Step } from "../step.ts";
import { openHolds } from "./store.ts";

/** Every node looks for what is over once a minute; a batch's are ended by whoever looks after it, for as long as its results are kept. */
const LATE_MS = HOUR;
const BATCH_LATE_MS = 31 * DAY;

/** No hold is open for longer than a request may take. */
export const proveHolds: Step = async ({ db, clock }) => {
  const now = clock.now();
  const open = await openHolds(db.read);
  const late = open.filter(
    ({ node_id, expires_at }) => expires_at + (node_id.startsWith(BATCH_HOLDS) ? BATCH_LATE_MS : LATE_MS) < now,
  );
  const findings = late.map(
    ({ id, tenant_id, customer_id, expires_at, node_id }): NewFinding => ({
      ...{ kind: "hold_abandoned", subject: id, tenant_id, rows: [id], touches: [customer_id] },
      ...{ local: { expires_at: iso(expires_at), node_id }, remote: null },
    }),
  );
  return { findings, next: null, looked_at: { open_holds: open.length } };
};
