import { openCatalog } from "../../src/catalog/catalog.ts";
import type { HeldCall } from "../../src/gateway/admit.ts";
import { type Metered, meteredMessage } from "../../src/gateway/metered.ts";
import { settle } from "../../src/gateway/settle.ts";
import type { UpstreamUsage } from "../../src/gateway/usage.ts";
import { HOUR, type Instant, instant } from "../../src/kernel/clock.ts";
import { newId, type RequestId, type TenantId } from "../../src/kernel/id.ts";
import { openLedger } from "../../src/ledger/ledger.ts";
import { tieringOf } from "../../src/ledger/limits.ts";
import { findCustomer, findTenant } from "../../src/tenants/store.ts";
import { recordUsage } from "../../src/usage/record.ts";
import type { World } from "../support/world.ts";

export interface Called {
  readonly usage?: UpstreamUsage;
  /** Instead of `usage`: what the meter made of a call that was cut off. */
  readonly metered?: Metered;
  /** What upstream says after all, of a call that was recovered in the meantime. */
  readonly late?: {
    readonly usage: UpstreamUsage;
    readonly stop_reason?: string;
    readonly content?: readonly unknown[];
  };
  readonly model?: string;
  /** The model that upstream says has answered. */
  readonly answered?: string;
  readonly at?: Instant;
  readonly tags?: Record<string, string>;
}

/** A call of which upstream reports just this usage, held and settled as the gateway does it. Answers its request id. */
export async function call(world: World, tenant_id: string, called: Called): Promise<RequestId> {
  const { db, clock } = world;
  const { usage = {}, model = "claude-sonnet-5-5", at = clock.now(), tags = {} } = called;
  const tenant = await findTenant(db.read, tenant_id);
  const customer = await findCustomer(db.read, tenant.id, tenant.id);
  const ledger = openLedger({ db, record: recordUsage });
  const catalog = await openCatalog({ db, clock }).refresh();
  const id = newId("request", clock.wall());
  const held: HeldCall = {
    ...{ route: "/v1/messages", model, stream: false, tags, prompt_estimate: 1_000, admitted_wall: clock.wall() },
    terms: catalog.terms(at, { ...tenant, plan_version_id: null, cycle_start: null }),
    timezone: tenant.timezone,
  };
  const placed = await ledger.place({
    ticket: {
      ...{ id, tenant_id: tenant.id as TenantId, customer_id: customer!.id, user_id: null, key_id: null },
      ...{ node_id: "test", observe: tenant.enforcement === "observe", admitted_at: at, call: held },
      expires_at: instant(at + HOUR),
    },
    needs: { requests: 1, input_tokens: 0, output_tokens: 0, total_tokens: 0, spend_micros: 0 },
    demands: [],
    tiering: tieringOf(catalog.planVersion(held.terms.plan_version_id ?? "")?.terms.tiers, customer!.id, {
      ...{ tenant_id: tenant.id, timezone: tenant.timezone, at },
    }),
  });
  if (!placed.placed) throw new Error("this call was refused");
  const answered = { model: called.answered ?? model, stop_reason: "end_turn", content: [{}] };
  const end = (metered: Metered) =>
    settle({ db, ledger, clock }, catalog, {
      ...{ hold: placed.hold, call: held, metered },
      ...{ ended: "complete", upstream_request_id: "req_1", first_byte_ms: 120 },
    });
  const metered = called.metered ?? meteredMessage({ ...answered, usage }, model);
  await end(called.late ? { ...metered, source: "recovered" } : metered);
  if (called.late) await end(meteredMessage({ ...answered, ...called.late }, model));
  return id;
}

/** `POST /api/admin/prices` that puts a wrong price right, from an instant on. */
export const correct = (
  world: World,
  model: string,
  usd_per_million: Record<string, string>,
  valid_from: string,
  fields: Record<string, unknown> = {},
) => world.admin("POST", "prices", { model, usd_per_million, valid_from, correction: true, ...fields });
