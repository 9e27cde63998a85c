import type { IncomingHttpHeaders } from "node:http";
import { Problem } from "../kernel/problems.ts";

/** Headers that would bill, or speak for, somebody else at the provider. */
const HEADERS = ["anthropic-workspace-id", "anthropic-user-profile-id"];

/** Fields that reach state of the shared upstream workspace by an id that any tenant could guess or have seen. */
const FIELDS: Record<string, string> = {
  billing_policy: "it would move the bill elsewhere",
  user_profile_id: "it would move the bill elsewhere",
  thread: "message threads are shared by everyone behind this gateway; send the whole conversation",
  container: "containers are shared by everyone behind this gateway",
};

/**
 * Refuses what would move the bill or the identity elsewhere, or reach another tenant's data: one upstream workspace serves all
 * tenants, and there any key can use any id.
 */
export function assertSupported(body: Readonly<Record<string, unknown>>, headers: IncomingHttpHeaders): void {
  for (const name of HEADERS) {
    if (headers[name] !== undefined) refuse(name, "it would move the bill or the identity elsewhere");
  }
  for (const [field, why] of Object.entries(FIELDS)) {
    if (body[field] !== undefined && body[field] !== null) refuse(field, why, field === "thread" ? NO_THREADS : {});
  }
  if ((body.diagnostics as { previous_message_id?: unknown } | undefined)?.previous_message_id) {
    refuse("diagnostics.previous_message_id", "messages of others could be reached by it");
  }
}

/** A block that names an uploaded file: files belong to the upstream workspace, not to a tenant. */
export function assertNoFileId(source: Readonly<Record<string, unknown>>, path: string): void {
  if (source.file_id !== undefined)
    refuse(`${path}.file_id`, "files are shared by everyone behind this gateway; send the content itself");
}

/** By these the official SDK understands that threads cannot be used here, and goes on without them. */
const NO_THREADS = { error_code: "thread_unsupported_request", unsupported: ["thread"] };

function refuse(field: string, why: string, more: Readonly<Record<string, unknown>> = {}): never {
  throw new Problem("unsupported_feature", {
    message: `${field}: cannot be used through Tollgate: ${why}.`,
    details: { field, ...more },
  });
}
