import type { SearchResult } from "../shared/openapi.ts";

/** What a search finds, and the page that shows it. */
export type Hit = SearchResult["data"][number];

const PAGES: Readonly<Record<string, (hit: Hit) => string>> = {
  user: ({ tenant_id, id }) => `/tenants/${tenant_id}/users?user=${id}`,
  key: ({ tenant_id }) => `/tenants/${tenant_id}/keys`,
  request: ({ id }) => `/requests/${id}`,
  hold: ({ tenant_id }) => `/live?tenant_id=${tenant_id}`,
  invoice: ({ id }) => `/invoices/${id}`,
  credit_note: ({ tenant_id }) => `/tenants/${tenant_id}/billing`,
};

/** What has no page of its own is shown with its tenant. */
export const hitHref = (hit: Hit): string =>
  PAGES[hit.type]?.(hit) ?? (hit.type === "tenant" ? `/tenants/${hit.id}` : `/tenants/${hit.tenant_id}/billing`);

export const hitLabel = ({ type, match }: Hit): string =>
  `${type.replaceAll("_", " ")} · ${match.field.replaceAll("_", " ")}`;
