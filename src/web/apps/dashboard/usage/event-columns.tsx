import { Link } from "wouter";
import { briefCount, micros, milliseconds } from "../../shared/format.ts";
import type { UsageEventInFull } from "../../shared/openapi.ts";
import classes from "../dashboard.module.css";
import type { Column } from "../kit/DataTable.tsx";
import { Status } from "../kit/Status.tsx";
import { TenantName } from "../kit/TenantName.tsx";
import { When } from "../kit/When.tsx";
import { promptTokens } from "./prompt-tokens.ts";

/** How usage events are shown, wherever they are listed. */
export const EVENT_COLUMNS: readonly Column<UsageEventInFull>[] = [
  {
    title: "Settled",
    value: ({ settled_at }) => settled_at,
    show: ({ settled_at, request_id }) => (
      <Link href={`/requests/${request_id}`} className={classes.link}>
        <When at={settled_at} exact />
      </Link>
    ),
  },
  {
    title: "Tenant",
    value: ({ tenant_id }) => tenant_id,
    show: ({ tenant_id }) => <TenantName id={tenant_id} />,
  },
  { title: "Model", value: ({ model }) => model },
  { title: "In", value: promptTokens, show: (event) => briefCount(promptTokens(event)), right: true },
  {
    title: "Out",
    value: ({ output_tokens }) => output_tokens,
    show: ({ output_tokens }) => briefCount(output_tokens),
    right: true,
  },
  {
    title: "Spend",
    value: ({ spend_micros }) => spend_micros / 1e6,
    show: ({ spend_micros, currency }) => micros(spend_micros, currency),
    right: true,
  },
  {
    title: "First byte",
    value: ({ first_byte_ms }) => first_byte_ms,
    show: ({ first_byte_ms }) => milliseconds(first_byte_ms),
    right: true,
  },
  { title: "Took", value: ({ total_ms }) => total_ms, show: ({ total_ms }) => milliseconds(total_ms), right: true },
  { title: "Ended", value: ({ ended }) => ended, show: ({ ended }) => <Status of={ended} /> },
];
