import { PROBLEM_CODES } from "../kernel/problems.ts";
import type { JsonSchema } from "./json-schema.ts";

/** What the document says once, for all routes. */

export const DOCUMENT_WORDS = {
  title: "Tollgate",
  description: `The gateway between a SaaS's customers and the Claude API.

Money: \`*_micros\` is a whole number of millionths of the \`currency\` that stands beside it; \`*_paise\` is Razorpay's whole number; prices in USD are decimal strings. Times are ISO 8601 in UTC. Where the id of a tenant or a user is asked for, \`ext:<external id>\` does too. Lists are paged by \`limit\`, \`after_id\` and \`before_id\`, newest first. Ranges are \`[from, to)\`.

Every answer has a \`request-id\`. A refusal has the shape \`Problem\`, with a \`code\` to act on.`,
};

export const SECURITY_SCHEMES: Readonly<Record<string, JsonSchema>> = {
  key: {
    type: "apiKey",
    in: "header",
    name: "x-api-key",
    description: "An API key of a tenant: `tg_live_…`, or `tg_test_…` in sandbox mode.",
  },
  bearer: { type: "http", scheme: "bearer", description: "The same API key, or a user's JWT." },
  admin: { type: "http", scheme: "bearer", description: "The administrator's token, or an admin key." },
  session: {
    ...{ type: "apiKey", in: "cookie", name: "tollgate_session" },
    description:
      "A browser that is signed in (`POST /api/admin/sessions`). Changes are taken from our own pages alone.",
  },
};

export const HEADERS: Readonly<Record<string, JsonSchema>> = {
  User: {
    ...{ name: "x-tollgate-user", in: "header", required: false, schema: { type: "string", maxLength: 200 } },
    description: "The external id of the user that a tenant's key acts for. Needs the scope `users:act`.",
  },
  IdempotencyKey: {
    ...{ name: "Idempotency-Key", in: "header", required: false, schema: { type: "string" } },
    description: "The first answer under this key is kept for a day and given again. With another body it is refused.",
  },
};

/** Claude's own error shape, with our code and facts in it. */
export const PROBLEM_SCHEMA: JsonSchema = {
  type: "object",
  description: "A refusal, in Claude's own error shape.",
  properties: {
    type: { const: "error" },
    error: {
      type: "object",
      properties: {
        type: { type: "string", description: "Claude's name of the kind of error." },
        message: { type: "string", description: "What is wrong and what to do about it." },
        code: { type: "string", description: `What to act on. Ours: ${PROBLEM_CODES.join(", ")}.` },
        details: { type: "object", description: "Facts that belong to the code." },
      },
      required: ["type", "message", "code"],
    },
    request_id: { type: "string" },
  },
  required: ["type", "error", "request_id"],
};

const BY_EXTERNAL_ID: Readonly<Record<string, string>> = { tenants: "tenant", users: "user" };

/** What a path's parameter is, by the segment before it. */
export function parameterWords(before: string, name: string): { readonly description?: string } {
  const kind = name === "id" ? BY_EXTERNAL_ID[before] : undefined;
  return kind ? { description: `The ${kind}'s id, or \`ext:<external id>\`.` } : {};
}
