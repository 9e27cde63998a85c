import { paise } from "../../shared/format.ts";
import type { Column } from "../kit/DataTable.tsx";
import { Status } from "../kit/Status.tsx";
import { TenantName } from "../kit/TenantName.tsx";
import { When } from "../kit/When.tsx";

/** Columns that lists of money have in common. */

interface Money {
  readonly currency: string;
}

/** An amount in paise: exported in whole units. */
export const amountColumn = <T extends Money>(title: string, of: (row: T) => number): Column<T> => ({
  title,
  value: (row) => of(row) / 100,
  show: (row) => paise(of(row), row.currency),
  right: true,
});

export const tenantColumn = <T extends { readonly tenant_id: string }>(): Column<T> => ({
  title: "Tenant",
  value: ({ tenant_id }) => tenant_id,
  show: ({ tenant_id }) => <TenantName id={tenant_id} />,
});

export const statusColumn = <T extends { readonly status: string }>(): Column<T> => ({
  title: "Status",
  value: ({ status }) => status,
  show: ({ status }) => <Status of={status} />,
});

export const whenColumn = <T,>(title: string, of: (row: T) => string | null): Column<T> => ({
  title,
  value: of,
  show: (row) => <When at={of(row)} />,
});

export const TENANT_FILTER = { name: "tenant_id", label: "Tenant", placeholder: "ten_… or ext:…" };
