/** What the API says of what is watched, as far as these pages show it. */

export interface Alert {
  readonly id: string;
  readonly type: string;
  readonly severity: "info" | "warning" | "critical";
  readonly tenant_id: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly created_at: string;
  readonly acknowledged_at: string | null;
  readonly acknowledged_by: string | null;
  readonly note: string | null;
}

export interface Webhook {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly account_id: string;
  readonly tenant_id: string | null;
  readonly attempts: number;
  readonly error: string | null;
  readonly made_at: string | null;
  readonly received_at: string;
  readonly applied_at: string | null;
  readonly next_at: string | null;
}

export interface Endpoint {
  readonly id: string;
  readonly tenant_id: string | null;
  readonly url: string;
  readonly types: readonly string[];
  readonly failing_since: string | null;
  readonly created_at: string;
}

export interface Delivery {
  readonly id: string;
  readonly event_id: string;
  readonly type?: string;
  readonly tenant_id: string | null;
  readonly state: string;
  readonly attempts: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly next_at: string | null;
  readonly delivered_at: string | null;
  readonly created_at: string;
}

export interface Run {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly repair: boolean;
  readonly status: "running" | "done" | "failed";
  readonly sides: readonly string[];
  readonly left_out: Readonly<Record<string, string>>;
  readonly looked_at: Readonly<Record<string, number>>;
  readonly error: string | null;
  readonly actor: string;
  readonly progress: { readonly done: number; readonly of: number; readonly at: string | null };
  readonly findings_count: number;
  readonly repaired_count: number;
  readonly created_at: string;
  readonly finished_at: string | null;
}

export interface Finding {
  readonly id: string;
  readonly tenant_id: string | null;
  readonly side: string;
  readonly kind: string;
  readonly severity: "info" | "warning" | "critical";
  readonly subject: string;
  readonly meaning: string | null;
  readonly local: Readonly<Record<string, unknown>> | null;
  readonly remote: Readonly<Record<string, unknown>> | null;
  readonly rows: readonly string[];
  readonly action: string;
  readonly repaired: boolean;
  readonly repairable: boolean;
  readonly repair_error: string | null;
  readonly explained_by: string | null;
  readonly created_at: string;
}

export interface AuditLine {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly actor_name: string;
  readonly address: string | null;
  readonly agent: string | null;
  readonly action: string;
  readonly tenant_id: string | null;
  readonly subject_id: string;
  readonly before: unknown;
  readonly after: unknown;
}
