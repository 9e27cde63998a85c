import type { Addon, Subscription } from "../entities.ts";
import { Refused } from "../refusal.ts";
import { found, type Shelf } from "../shelf.ts";

/** Add-ons: in India a dead end, and refused in as many ways as there are methods. */
export function addAddon(
  shelf: Shelf,
  subscription: Subscription,
  given: { readonly name: string; readonly amount: number; readonly description: string | null; currency: string },
  quantity: number,
): Addon {
  const { method } = found(shelf.schedules, subscription.id);
  if (!method || !shelf.knobs.addonMethods.includes(method)) {
    const refused = (why: string) => new Refused(why, { manner: "bare" });
    if (method === "card_domestic")
      throw refused("Addons can't be added for subscriptions when payment mode is domestic card");
    if (method === "upi") throw refused("Add-ons can't be added for Subscriptions when payment mode is upi");
    throw refused("Add-ons are supported for cards only");
  }
  if (given.currency !== found(shelf.plans, subscription.plan_id).item.currency)
    throw new Refused("The currency of the add-on must be the plan's", { field: "currency" });
  const id = shelf.newId("ao");
  const created_at = shelf.now();
  const addon: Addon = {
    ...{ id, entity: "addon", quantity, created_at, subscription_id: subscription.id, invoice_id: null },
    item: { ...given, id: shelf.newId("item"), type: "addon", created_at },
  };
  shelf.addons.set(id, addon);
  return addon;
}

export function removeAddon(shelf: Shelf, addon: Addon): void {
  if (addon.invoice_id !== null) throw new Refused("The add-on is on an invoice already and cannot be deleted");
  shelf.addons.delete(addon.id);
}
