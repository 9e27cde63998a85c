import { randomBytes } from "node:crypto";
import { Router } from "express";
import { z } from "zod";
import { recordAudit } from "../db/audit.ts";
import { actorOf } from "../http/actor.ts";
import { Glob, Ref, Time } from "../http/fields.ts";
import { PageQuery, pageOf } from "../http/paging.ts";
import { parse } from "../http/parse.ts";
import { iso, isoOrNull } from "../kernel/clock.ts";
import { EVENT_TYPES } from "../kernel/events.ts";
import { matchesAny } from "../kernel/glob.ts";
import { newId } from "../kernel/id.ts";
import { Problem } from "../kernel/problems.ts";
import { findTenant } from "../tenants/store.ts";
import { type DeliveryParts, send } from "./deliver.ts";
import * as store from "./store.ts";

export const EndpointQuery = PageQuery.extend({ tenant_id: Ref.optional() });
export const DeliveryQuery = PageQuery.extend({ state: z.enum(["pending", "delivered", "failed"]).optional() });
export const Replay = z.strictObject({ since: Time.default(0) });
const SECRET_BYTES = 32;

/** What fits no event would wait for ever. */
const EventGlob = Glob.refine((glob) => EVENT_TYPES.some((type) => matchesAny([glob], type)), {
  error: `fits no event: there are ${EVENT_TYPES.join(", ")}`,
});

export const newEndpoint = ({ plainHttp }: { readonly plainHttp: boolean }) =>
  z.strictObject({
    url: z
      .url({
        protocol: plainHttp ? /^https?$/ : /^https$/,
        error: `must be an ${plainHttp ? "http or " : ""}https URL`,
      })
      .max(2_000),
    types: z.array(EventGlob).max(50).default([]),
    tenant_id: Ref.nullable().default(null),
  });

/** `/api/admin/endpoints`: where our own events are sent, and what became of each. `plainHttp` and private addresses are for the sandbox. */
export function outgoingAdminRoutes(parts: DeliveryParts & { readonly plainHttp: boolean }): Router {
  const { db, clock, secrets, plainHttp } = parts;
  const NewEndpoint = newEndpoint({ plainHttp });
  const router = Router();

  router.post("/endpoints", async (req, res) => {
    const fields = parse(NewEndpoint, req.body);
    const at = clock.wall();
    const id = newId("endpoint", at);
    const secret = `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`;
    const row = await db.transaction(async (tx) => {
      const tenant = fields.tenant_id === null ? null : await findTenant(tx, fields.tenant_id);
      const row: store.EndpointRow = {
        id,
        tenant_id: tenant?.id ?? null,
        url: fields.url,
        secret_sealed: secrets.seal(secret, id),
        types: fields.types,
        seen_alert_id: null,
        failing_since: null,
        disabled_at: null,
        created_at: at,
      };
      await store.insertEndpoint(tx, row);
      await recordAudit(tx, {
        actor: actorOf(res),
        action: "endpoint.created",
        tenant_id: row.tenant_id,
        subject_id: id,
        after: presentEndpoint(row),
        at,
      });
      return row;
    });
    res.status(201).json({ ...presentEndpoint(row), secret });
  });

  router.get("/endpoints", async (req, res) => {
    const { tenant_id, ...query } = parse(EndpointQuery, req.query);
    const tenant = tenant_id === undefined ? undefined : await findTenant(db.read, tenant_id);
    res.json(pageOf(await store.listEndpoints(db.read, query, tenant?.id), query, presentEndpoint));
  });

  router.get("/endpoints/:id", async (req, res) => {
    res.json(presentEndpoint(await endpointOf(req.params.id)));
  });

  router.delete("/endpoints/:id", async (req, res) => {
    await db.transaction(async (tx) => {
      const before = await endpointOf(req.params.id);
      await store.disableEndpoint(tx, before.id, clock.wall());
      await recordAudit(tx, {
        actor: actorOf(res),
        action: "endpoint.deleted",
        tenant_id: before.tenant_id,
        subject_id: before.id,
        before: presentEndpoint(before),
        at: clock.wall(),
      });
    });
    res.status(204).end();
  });

  router.get("/endpoints/:id/deliveries", async (req, res) => {
    const { state, ...query } = parse(DeliveryQuery, req.query);
    const { id } = await endpointOf(req.params.id);
    res.json(pageOf(await store.listDeliveries(db.read, id, query, { state }), query, presentDelivery));
  });

  /** Everything that failed since an instant goes back into the queue, in the order of the events. */
  router.post("/endpoints/:id/replay", async (req, res) => {
    const { since } = parse(Replay, req.body);
    const endpoint = await endpointOf(req.params.id);
    const replayed = await db.transaction(async (tx) => {
      const replayed = await store.replayFailed(tx, endpoint.id, since, clock.now());
      await recordAudit(tx, {
        actor: actorOf(res),
        action: "endpoint.replayed",
        tenant_id: endpoint.tenant_id,
        subject_id: endpoint.id,
        after: { since: iso(since), replayed },
        at: clock.wall(),
      });
      return replayed;
    });
    res.status(202).json({ replayed });
  });

  /** Sends an event of type `test` at once, outside the queue, and says what came back. */
  router.post("/endpoints/:id/test", async (req, res) => {
    const endpoint = await endpointOf(req.params.id);
    const event = { type: "test", tenant_id: endpoint.tenant_id, data: { message: "A test of this endpoint." } };
    const answer = await send(parts, endpoint, { ...event, id: newId("alert", clock.wall()), created_at: clock.now() });
    res.json({ delivered: answer.error === null, ...answer });
  });

  router.post("/deliveries/:id/replay", async (req, res) => {
    const row = await db.transaction(async (tx) => {
      const before = await store.findDelivery(tx, req.params.id);
      const replayed = await store.replayDelivery(tx, req.params.id, clock.now());
      if (!before || !replayed) throw new Problem("not_found", { message: "There is no such delivery." });
      await recordAudit(tx, {
        actor: actorOf(res),
        action: "delivery.replayed",
        tenant_id: replayed.tenant_id,
        subject_id: replayed.id,
        before: presentDelivery(before),
        after: presentDelivery(replayed),
        at: clock.wall(),
      });
      return replayed;
    });
    res.status(202).json(presentDelivery(row));
  });

  const endpointOf = async (id: string): Promise<store.EndpointRow> => {
    const row = await store.findEndpoint(db.read, id);
    if (!row) throw new Problem("not_found", { message: "There is no such endpoint." });
    return row;
  };

  return router;
}

const presentEndpoint = ({ id, tenant_id, url, types, failing_since, created_at }: store.EndpointRow) => ({
  ...{ id, tenant_id, url, types },
  failing_since: isoOrNull(failing_since),
  created_at: iso(created_at),
});

const presentDelivery = ({ alert_id, next_at, delivered_at, created_at, ...rest }: store.DeliveryRow) => ({
  ...rest,
  event_id: alert_id,
  next_at: rest.state === "pending" ? iso(next_at) : null,
  delivered_at: isoOrNull(delivered_at),
  created_at: iso(created_at),
});
