import { type Answer, type Asked, ask } from "../http/ask.ts";
import { ADMIN_TOKEN } from "../support/world.ts";
import type { Cast } from "./cast.ts";

/** A route as Express writes it: `POST /api/admin/tenants/:id/subscription`. */
export type Route = `${"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} /api/${string}`;

/** Asks a route as whoever it is for, with ids of somebody who has done nothing yet where no others are given. */
export function send(
  { shop, who, id, plan }: Cast,
  route: Route,
  asked: Pick<Asked, "json" | "bytes"> & { readonly ids?: Readonly<Record<string, string>>; readonly query?: string },
): Promise<Answer> {
  const [method, path] = route.split(" ") as [string, string];
  const known: Readonly<Record<string, string>> = {
    ...{ "tenants/:id": who.fresh.id, "users/:id": id.user, "invoices/:id": id.open_invoice },
    ...{ "webhooks/:id": id.webhook, "plans/:id": plan.public, ":account_id": "operator", ":mandate_id": id.mandate },
    ...asked.ids,
  };
  const filled = path.replace(/(\w+\/)?:(\w+)/g, (whole, before: string = "", name: string) =>
    whole in known ? `${before}${known[whole]}` : `${before}${known[`:${name}`] ?? `unknown_${name}`}`,
  );
  const credential = path.startsWith("/api/admin/") ? { bearer: ADMIN_TOKEN } : { key: who.fresh.key };
  const { ids: _, query = "", ...body } = asked;
  return ask(shop, filled + query, { method, ...credential, ...body });
}
