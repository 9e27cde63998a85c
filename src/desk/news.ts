import { type Alert, listAlerts } from "../alerts/store.ts";
import type { Reader } from "../db/database.ts";
import { iso, isoOrNull } from "../kernel/clock.ts";
import { type DeliveryRow, listDeliveries, listEndpoints } from "../outgoing/store.ts";
import type { CustomerRow } from "../tenants/store.ts";

/** So many of a tenant's alerts are looked through for those of one customer, and so many of its endpoints. */
const ALERTS_LOOKED_AT = 200;
const ENDPOINTS_MAX = 5;

/** A limit that was reached: what the customer's calls were refused for. */
const REFUSES = "quota.exhausted";

/** What was last told about a customer, what its calls were refused for, and what of it reached its tenant's endpoints. */
export async function newsOf(read: Reader, customer: CustomerRow, rowsMax: number) {
  const { tenant_id } = customer;
  const looked = await listAlerts(read, { tenant_id }, { limit: ALERTS_LOOKED_AT });
  const all = looked.filter((alert) => isOf(customer, alert));
  const link = `/api/admin/alerts?tenant_id=${tenant_id}`;
  const listed = (rows: readonly Alert[], filtered: string) => ({
    ...{ data: rows.slice(0, rowsMax).map(presentAlert), has_more: rows.length > rowsMax, link: filtered },
  });
  return {
    refusals: listed(
      all.filter(({ type }) => type === REFUSES),
      `${link}&type=${REFUSES}`,
    ),
    alerts: listed(all, link),
    webhooks: await deliveriesOf(read, customer, rowsMax),
  };
}

/** Of a tenant that pays for all everything is its customer's; where each user pays, what names the user or its customer. */
const isOf = ({ id, user_id, subject_id }: CustomerRow, { data }: Alert): boolean =>
  user_id === null
    ? true
    : [data.customer_id, data.user_id, data.subject_id].some((of) => of === id || of === subject_id);

/** The last attempts at each endpoint of the tenant. */
async function deliveriesOf(read: Reader, { tenant_id }: CustomerRow, rowsMax: number) {
  const endpoints = await listEndpoints(read, { limit: ENDPOINTS_MAX }, tenant_id);
  const told = await Promise.all(
    endpoints.slice(0, ENDPOINTS_MAX).map(async ({ id, url }) => {
      const rows = await listDeliveries(read, id, { limit: rowsMax });
      return {
        ...{ endpoint_id: id, url, data: rows.slice(0, rowsMax).map(presentDelivery) },
        ...{ has_more: rows.length > rowsMax, link: `/api/admin/endpoints/${id}/deliveries` },
      };
    }),
  );
  return {
    ...{ data: told, has_more: endpoints.length > ENDPOINTS_MAX, link: `/api/admin/endpoints?tenant_id=${tenant_id}` },
  };
}

const presentAlert = ({ id, type, data, created_at, acknowledged_at }: Alert) => ({
  ...{ id, type, data, created_at: iso(created_at), acknowledged_at: isoOrNull(acknowledged_at) },
});

const presentDelivery = (row: DeliveryRow) => ({
  ...{ id: row.id, alert_id: row.alert_id, state: row.state, attempts: row.attempts, status: row.status },
  ...{ error: row.error, delivered_at: isoOrNull(row.delivered_at), created_at: iso(row.created_at) },
});
