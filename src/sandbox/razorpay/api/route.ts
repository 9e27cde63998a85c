import { unknownUrl } from "../refusal.ts";
import type { Shelf } from "../shelf.ts";
import { ADDONS } from "./addons.ts";
import type { Call, Handler, Route } from "./call.ts";
import { CUSTOMERS } from "./customers.ts";
import { INVOICES } from "./invoices.ts";
import { LINKS } from "./links.ts";
import { ORDERS } from "./orders.ts";
import { paymentRoutes } from "./payments.ts";
import { PLANS } from "./plans.ts";
import { REFUNDS } from "./refunds.ts";
import { SETTLEMENTS } from "./settlements.ts";
import { SUBSCRIPTIONS } from "./subscriptions.ts";

export type Answer = (call: Call) => unknown;

/** The API of one account: the first route that fits answers. What no route fits is a URL that "was not found on the server". */
export function openApi(shelf: Shelf, key_secret: string): Answer {
  const routes: readonly Route[] = [
    ...[...CUSTOMERS, ...PLANS, ...ADDONS, ...SUBSCRIPTIONS, ...INVOICES, ...ORDERS, ...paymentRoutes(key_secret)],
    ...[...REFUNDS, ...LINKS, ...SETTLEMENTS],
  ];
  const patterns = routes.map(([method, path, handler]): readonly [string, RegExp, Handler] => [
    method,
    new RegExp(`^${path.replaceAll(":id", "([^/]+)")}/?$`),
    handler,
  ]);
  return (call) => {
    for (const [method, pattern, handler] of patterns) {
      const match = method === call.method ? pattern.exec(call.path) : null;
      if (!match) continue;
      const [first = "", second = ""] = match.slice(1).map(decodeURIComponent);
      return handler(shelf, call, first, second);
    }
    throw unknownUrl();
  };
}
