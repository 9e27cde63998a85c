import type { PaymentLink } from "../entities.ts";
import { addLink, cancelLink, refuseTakenReference } from "../links.ts";
import { Refused } from "../refusal.ts";
import { found, type Shelf } from "../shelf.ts";
import { linkOnWire } from "../wire/order.ts";
import * as body from "./body.ts";
import { type Handler, matching, page, type Route } from "./call.ts";

const FIELDS = [
  ...["amount", "currency", "accept_partial", "expire_by", "reference_id", "description", "customer", "notify"],
  ...["reminder_enable", "notes", "callback_url", "callback_method", "upi_link", "first_min_partial_amount"],
];
const REFERENCE_MAX = 40;
const HALF_YEAR = 180 * 86_400;
const SOONEST = 15 * 60;

function referenceOf(fields: body.Body): string {
  const reference_id = body.optionalText(fields, "reference_id") ?? "";
  if (reference_id.length > REFERENCE_MAX)
    throw new Refused("The reference id may not be greater than 40 characters.", { field: "reference_id" });
  return reference_id;
}

function expiryOf(shelf: Shelf, fields: body.Body): number {
  const expire_by = body.optionalWhole(fields, "expire_by") ?? 0;
  if (expire_by && expire_by < shelf.now() + SOONEST)
    throw new Refused("expire_by should be at least 15 minutes after current time", { field: "expire_by" });
  return expire_by;
}

const create: Handler = (shelf, { body: fields }) => {
  body.expectFields(fields, FIELDS);
  const reference_id = referenceOf(fields);
  const expire_by = expiryOf(shelf, fields) || shelf.now() + HALF_YEAR;
  refuseTakenReference(shelf, reference_id);
  const id = shelf.newId("plink");
  const [notify, now] = [body.part(fields, "notify"), shelf.now()];
  const link: PaymentLink = {
    ...{ id, status: "created", amount: body.amountOf(fields), amount_paid: 0, currency: body.currencyOf(fields) },
    ...{ description: body.optionalText(fields, "description") ?? "", reference_id, expire_by },
    ...{ customer: body.part(fields, "customer"), notes: body.notesOf(fields) },
    callback_url: body.optionalText(fields, "callback_url") ?? "",
    callback_method: body.optionalText(fields, "callback_method") ?? "",
    accept_partial: body.flag(fields, "accept_partial", false),
    first_min_partial_amount: body.optionalWhole(fields, "first_min_partial_amount") ?? 0,
    notify: { email: body.flag(notify, "email", false), sms: body.flag(notify, "sms", false), whatsapp: false },
    reminder_enable: body.flag(fields, "reminder_enable", false),
    upi_link: body.flag(fields, "upi_link", false),
    ...{ created_at: now, updated_at: now, cancelled_at: 0, expired_at: 0 },
    ...{ short_url: `${shelf.base()}/l/${id}`, payments: null },
  };
  addLink(shelf, link);
  return linkOnWire(link);
};

const patch: Handler = (shelf, { body: fields }, id) => {
  body.expectFields(fields, ["reference_id", "expire_by", "notes", "reminder_enable", "accept_partial"]);
  const link = found(shelf.links, id);
  if (link.status !== "created" && link.status !== "partially_paid")
    throw new Refused(`Payment link cannot be updated in ${link.status} status`);
  const reference_id = referenceOf(fields);
  if (reference_id && reference_id !== link.reference_id) refuseTakenReference(shelf, reference_id);
  const expire_by = expiryOf(shelf, fields);
  Object.assign(link, {
    ...(reference_id && { reference_id }),
    ...(expire_by && { expire_by }),
    ...(fields.notes !== undefined && { notes: body.notesOf(fields) }),
    reminder_enable: body.flag(fields, "reminder_enable", link.reminder_enable),
    accept_partial: body.flag(fields, "accept_partial", link.accept_partial),
    updated_at: shelf.now(),
  });
  if (expire_by) shelf.at(expire_by, "link.expire", id);
  return linkOnWire(link);
};

/** The only list that names its items after what they are. */
const list: Handler = (shelf, call) => {
  const links = matching(shelf.links.values(), call, ["reference_id"]);
  const payment_id = call.query.get("payment_id");
  const paidBy = ({ payments }: PaymentLink) => payments?.some((payment) => payment.payment_id === payment_id);
  return { payment_links: page(shelf, call, payment_id === null ? links : links.filter(paidBy), linkOnWire).items };
};

export const LINKS: readonly Route[] = [
  ["POST", "/payment_links", create],
  ["GET", "/payment_links", list],
  ["GET", "/payment_links/:id", (shelf, _call, id) => linkOnWire(found(shelf.links, id))],
  ["PATCH", "/payment_links/:id", patch],
  [
    "POST",
    "/payment_links/:id/cancel",
    (shelf, _call, id) => {
      const link = found(shelf.links, id);
      cancelLink(shelf, link);
      return linkOnWire(link);
    },
  ],
];
