import { z } from "zod";
import { SECOND } from "../../kernel/clock.ts";

/** Where the provider's reports are, and whose key is the operator's own. */
export interface ProviderAccess {
  readonly base_url: string;
  readonly admin_key: string;
  /** The key that calls are made with where a tenant has none of its own. */
  readonly operator_key: string;
  /** The first wait before a report is asked for again; each further one is twice as long. */
  readonly pauseMs?: number;
}

const count = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);
const word = z
  .string()
  .nullish()
  .transform((value) => value ?? null);

const UsageResult = z.object({
  uncached_input_tokens: count,
  cache_read_input_tokens: count,
  cache_creation: z.object({ ephemeral_5m_input_tokens: count, ephemeral_1h_input_tokens: count }).nullish(),
  output_tokens: count,
  server_tool_use: z.object({ web_search_requests: count }).nullish(),
  api_key_id: word,
  workspace_id: word,
  model: word,
  service_tier: word,
  inference_geo: word,
  speed: word,
});
export type UsageResult = z.infer<typeof UsageResult>;

const CostResult = z.object({
  currency: z.string(),
  /** Cents, as a decimal string. */
  amount: z.string().regex(/^-?\d+(\.\d+)?$/),
  workspace_id: word,
  cost_type: word,
  model: word,
  service_tier: word,
  inference_geo: word,
  token_type: word,
});
export type CostResult = z.infer<typeof CostResult>;

const ApiKey = z.object({ id: z.string(), partial_key_hint: word, workspace_id: word });
export type ProviderKey = z.infer<typeof ApiKey>;

/** The provider's own figures of its customers' use, all pages of them. Days are UTC's. */
export interface ProviderReports {
  usageOf(day: { readonly from: string; readonly to: string }): Promise<readonly UsageResult[]>;
  costOf(day: { readonly from: string; readonly to: string }): Promise<readonly CostResult[]>;
  keys(): Promise<readonly ProviderKey[]>;
}

const READ_MS = 20 * SECOND;
const READS_MAX = 3;
const PAUSE_MS = 500;
const PAGES_MAX = 10_000;
const VERSION = "2023-06-01";
const USAGE_BY = ["api_key_id", "workspace_id", "model", "service_tier", "inference_geo", "speed"];

/** The provider could not be asked, or did not answer as it says it does. */
export class ProviderUnreachable extends Error {}

export function openReports({ base_url, admin_key, pauseMs = PAUSE_MS }: ProviderAccess): ProviderReports {
  const get = async <S extends z.ZodType>(path: string, query: URLSearchParams, schema: S): Promise<z.infer<S>> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await ask(`${base_url}/v1/organizations/${path}?${query}`, admin_key, schema);
      } catch (error) {
        if (!(error instanceof ProviderUnreachable) || attempt === READS_MAX) throw error;
        await new Promise((resolve) => setTimeout(resolve, pauseMs * 2 ** attempt * (0.5 + Math.random() / 2)));
      }
    }
  };

  const buckets = async <S extends z.ZodType>(path: string, asked: Record<string, string | string[]>, result: S) => {
    const schema = z.object({
      data: z.array(z.object({ starting_at: z.string(), results: z.array(result) })),
      has_more: z.boolean(),
      next_page: z.string().nullish(),
    });
    const all: z.infer<S>[] = [];
    let page: string | null | undefined = null;
    for (let pages = 0; pages < PAGES_MAX; pages++) {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries(asked)) for (const one of [value].flat()) query.append(name, one);
      if (page) query.set("page", page);
      const answer: z.infer<typeof schema> = await get(path, query, schema);
      for (const { results } of answer.data) all.push(...(results as z.infer<S>[]));
      page = answer.next_page;
      if (!answer.has_more || !page) return all;
    }
    throw new Error(`the provider's report ${path} has no end`);
  };

  return {
    usageOf: ({ from, to }) =>
      buckets(
        "usage_report/messages",
        { starting_at: from, ending_at: to, bucket_width: "1d", limit: "31", "group_by[]": USAGE_BY },
        UsageResult,
      ),
    costOf: ({ from, to }) =>
      buckets(
        "cost_report",
        { starting_at: from, ending_at: to, limit: "31", "group_by[]": ["workspace_id", "description"] },
        CostResult,
      ),
    async keys() {
      const all: ProviderKey[] = [];
      const schema = z.object({ data: z.array(ApiKey), has_more: z.boolean(), last_id: z.string().nullish() });
      let after: string | null | undefined = null;
      for (let pages = 0; pages < PAGES_MAX; pages++) {
        const query = new URLSearchParams({ limit: "100", ...(after && { after_id: after }) });
        const answer: z.infer<typeof schema> = await get("api_keys", query, schema);
        all.push(...answer.data);
        after = answer.last_id;
        if (!answer.has_more || !after) return all;
      }
      throw new Error("the provider's list of keys has no end");
    },
  };
}

async function ask<S extends z.ZodType>(url: string, key: string, schema: S): Promise<z.infer<S>> {
  const headers = { "x-api-key": key, "anthropic-version": VERSION };
  const answer = await fetch(url, { headers, redirect: "error", signal: AbortSignal.timeout(READ_MS) }).catch(
    (cause: Error) => {
      throw new ProviderUnreachable(`the provider could not be reached: ${cause.message}`, { cause });
    },
  );
  const text = await answer.text().catch(() => "");
  const { pathname } = new URL(url);
  if (answer.status === 429 || answer.status >= 500)
    throw new ProviderUnreachable(`the provider answered ${answer.status} to ${pathname}`);
  if (!answer.ok) throw new Error(`the provider refuses ${pathname}: ${answer.status} ${text.slice(0, 300)}`);
  const parsed = schema.safeParse(parsedJson(text));
  if (!parsed.success)
    throw new ProviderUnreachable(`the provider's answer to ${pathname} is not as documented`, { cause: parsed.error });
  return parsed.data;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
