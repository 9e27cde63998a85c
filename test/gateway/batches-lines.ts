import Anthropic from "@anthropic-ai/sdk";
import type { World } from "../support/world.ts";
import { creditOf, eventually, type Receipt } from "./books.ts";

/** What the tests of message batches share. */

export const MODEL = "claude-sonnet-5-5";

export const clientOf = (world: Pick<World, "url">, apiKey: string) =>
  new Anthropic({ apiKey, baseURL: world.url, maxRetries: 0 });

export const lineOf = (custom_id: string, content: string, more: object = {}) => ({
  custom_id,
  params: { model: MODEL, max_tokens: 100, messages: [{ role: "user" as const, content }], ...more },
});

export async function resultsOf(client: Anthropic, id: string) {
  const lines: Anthropic.Messages.MessageBatchIndividualResponse[] = [];
  for await (const line of await client.messages.batches.results(id)) lines.push(line);
  return lines;
}

export const ended = (client: Anthropic, id: string) =>
  eventually(async () => {
    const batch = await client.messages.batches.retrieve(id);
    return batch.processing_status === "ended" ? batch : undefined;
  });

export const holdsOf = async (world: World, tenantId: string): Promise<{ id: string }[]> =>
  (await world.admin<{ data: { id: string }[] }>("GET", `holds?tenant_id=${tenantId}&limit=1000`)).data;

/** Every event of a tenant, also past one page. */
export async function allReceiptsOf(world: World, tenantId: string): Promise<(Receipt & { id: string })[]> {
  const all: (Receipt & { id: string })[] = [];
  for (;;) {
    const after = all.length ? `&after_id=${all.at(-1)!.id}` : "";
    const page = await world.admin<{ data: (Receipt & { id: string })[]; has_more: boolean }>(
      "GET",
      `events?tenant_id=${tenantId}&limit=1000${after}`,
    );
    all.push(...page.data);
    if (!page.has_more) return all;
  }
}

/** Waits until nothing is held for a tenant any more: its batches are settled. */
export const settled = (world: World, tenantId: string) =>
  eventually(async () => ((await creditOf(world, tenantId)).held === 0 ? true : undefined));

/** What the provider served of a batch, at its batch price: 1 micro-USD for a token of input, 5 for one of output. */
export function servedOf(world: Pick<World, "sandbox">, batchId: string) {
  const lines = world.sandbox.tally.requests.filter(({ id }) => id.startsWith(`${batchId}/`));
  const sum = (of: (line: (typeof lines)[number]) => number) => lines.reduce((total, line) => total + of(line), 0);
  const input = sum(({ inputTokens }) => inputTokens);
  const output = sum(({ outputTokens }) => outputTokens);
  return { lines: lines.length, input, output, micros: input + 5 * output };
}
