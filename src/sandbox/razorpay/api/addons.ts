import { Refused } from "../refusal.ts";
import { found } from "../shelf.ts";
import { addAddon, removeAddon } from "../subscriptions/addons.ts";
import { addonOnWire } from "../wire/subscription.ts";
import * as body from "./body.ts";
import { type Handler, page, type Route } from "./call.ts";

const create: Handler = (shelf, { body: fields }, id) => {
  body.expectFields(fields, ["item", "quantity"]);
  const subscription = found(shelf.subscriptions, id);
  const item = body.part(fields, "item");
  body.expectFields(item, ["name", "amount", "currency", "description"]);
  const quantity = body.optionalWhole(fields, "quantity") ?? 1;
  if (quantity < 1) throw new Refused("The quantity must be at least 1.", { field: "quantity" });
  const given = {
    ...{ name: body.text(item, "name"), amount: body.amountOf(item), currency: body.currencyOf(item) },
    description: body.optionalText(item, "description"),
  };
  return addonOnWire(addAddon(shelf, subscription, given, quantity));
};

export const ADDONS: readonly Route[] = [
  ["POST", "/subscriptions/:id/addons", create],
  ["GET", "/addons", (shelf, call) => page(shelf, call, shelf.addons.values(), addonOnWire)],
  ["GET", "/addons/:id", (shelf, _call, id) => addonOnWire(found(shelf.addons, id))],
  [
    "DELETE",
    "/addons/:id",
    (shelf, _call, id) => {
      removeAddon(shelf, found(shelf.addons, id));
      return [];
    },
  ],
];
