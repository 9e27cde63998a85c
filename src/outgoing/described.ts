import { z } from "zod";
import { At, AtOrNull, adminChapter, Id, IdOrNull, named, pageTold } from "../http/operation.ts";
import { DeliveryQuery, EndpointQuery, newEndpoint, Replay } from "./admin-routes.ts";

/** What the routes of this room promise. */

const endpoint = {
  ...{ id: Id, tenant_id: IdOrNull, url: z.string(), types: z.array(z.string()) },
  ...{ failing_since: AtOrNull, created_at: At },
};
const Endpoint = named(
  "Endpoint",
  z.object(endpoint),
  "Where our own events are sent. `tenant_id` null: those of everybody. No `types`: all.",
);
const EndpointWithSecret = named(
  "EndpointWithSecret",
  z.object({ ...endpoint, secret: z.string() }),
  "An endpoint with the secret that its events are signed with (Standard Webhooks), which is shown this once.",
);
const Delivery = named(
  "Delivery",
  z.object({
    ...{
      id: Id,
      endpoint_id: Id,
      tenant_id: IdOrNull,
      event_id: Id,
      state: z.enum(["pending", "delivered", "failed"]),
    },
    ...{ attempts: z.int(), status: z.int().nullable(), error: z.string().nullable() },
    ...{ next_at: AtOrNull, delivered_at: AtOrNull, created_at: At },
  }),
  "One event on its way to one endpoint.",
);

const DeliveryListed = named("DeliveryListed", Delivery.extend({ type: z.string() }));

export const outgoingAdminDescribed = adminChapter("Outgoing events", {
  "POST /endpoints": {
    summary: "Add an endpoint",
    description: "Over https; in sandbox mode over http as well.",
    ...{ body: newEndpoint({ plainHttp: true }), answers: { 201: EndpointWithSecret } },
  },
  "GET /endpoints": { summary: "List endpoints", query: EndpointQuery, answers: { 200: pageTold(Endpoint) } },
  "GET /endpoints/:id": { summary: "Show an endpoint", answers: { 200: Endpoint } },
  "DELETE /endpoints/:id": { summary: "Remove an endpoint", answers: { 204: null } },
  "GET /endpoints/:id/deliveries": {
    summary: "List what was sent to an endpoint",
    ...{ query: DeliveryQuery, answers: { 200: pageTold(DeliveryListed) } },
  },
  "POST /endpoints/:id/test": {
    summary: "Send a test event at once, and say what came back",
    answers: {
      200: z.object({ delivered: z.boolean(), status: z.int().nullable(), error: z.string().nullable() }),
    },
  },
  "POST /endpoints/:id/replay": {
    summary: "Send again what failed since an instant",
    ...{ body: Replay, answers: { 202: z.object({ replayed: z.int() }) } },
  },
  "POST /deliveries/:id/replay": { summary: "Send one event again", answers: { 202: Delivery } },
});
