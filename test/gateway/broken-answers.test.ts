import Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, type TestTenant, times, type World } from "../support/world.ts";
import { creditOf, promptOf, receiptOf, receiptsOf, receiptsOfTenant, requestIdOf, says } from "./books.ts";
import { openTapped, type Tapped } from "./tap.ts";

/** An upstream that fails: before it says anything nothing is billed; after that what came is, and the client is told. */

let world: World;
let tapped: Tapped;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tapped = await openTapped(world);
  tenant = await world.tenant();
});
afterAll(async () => {
  await tapped.close();
  await world.close();
});

const INPUT_TOKENS = 104;
const ask = (directives: string, { stream, by = tenant }: { stream: boolean; by?: TestTenant }) =>
  world.messages(by.key, { max_tokens: 1_000, stream, messages: says(promptOf(400, directives)) });

/** The last event of a stream of server-sent events. */
function lastEventOf(text: string): { event: string; data: string } {
  const [, event = "", data = ""] = /event: (\w+)\ndata: (.*)\n\n$/.exec(text) ?? [];
  return { event, data };
}

test.each([400, 404, 429, 500, 529])(
  "an error of status %i before the answer releases the hold and bills nothing",
  async (status) => {
    const by = await world.tenant();
    for (const stream of [true, false]) {
      const answer = await ask(`[[status=${status}]]`, { stream, by });
      expect(answer.status).toBe(status);
      expect(await receiptsOf(world, requestIdOf(answer))).toEqual([]);
    }
    expect(await creditOf(world, by.id)).toEqual({ used: 0, held: 0 });
  },
);

test("a provider that is overloaded in the middle: the error event is upstream's, and what came is billed as a part", async () => {
  const by = await world.tenant();
  const answer = await ask("[[overloaded_after=10]] [[output_tokens=500]]", { stream: true, by });
  expect(lastEventOf(await answer.text()).data).toContain("overloaded_error");
  const receipt = await receiptOf(world, requestIdOf(answer));
  expect(receipt).toMatchObject({
    ended: "upstream_error",
    source: "partial",
    unreconciled: true,
    input_tokens: INPUT_TOKENS,
  });
  const served = world.sandbox.tally.find(receipt.upstream_request_id!)!;
  expect(Math.abs(receipt.output_tokens - served.outputTokens)).toBeLessThanOrEqual(served.outputTokens / 4);
  expect(await creditOf(world, by.id)).toEqual({ used: receipt.spend_micros, held: 0 });
});

test("a provider that is overloaded in the middle of a JSON answer has given none, and nothing is billed", async () => {
  const answer = await ask("[[overloaded_after=10]] [[output_tokens=500]]", { stream: false });
  expect(answer.status).toBe(529);
  expect(await receiptsOf(world, requestIdOf(answer))).toEqual([]);
});

test("a connection that is cut: the stream ends in an error event of ours, and what came is billed as a part", async () => {
  const by = await world.tenant();
  const answer = await ask("[[cut_after=10]] [[output_tokens=500]]", { stream: true, by });
  const { event, data } = lastEventOf(await answer.text());
  expect(event).toBe("error");
  expect(JSON.parse(data)).toMatchObject({
    type: "error",
    error: { type: "api_error", code: "upstream_interrupted" },
    request_id: requestIdOf(answer),
  });
  const receipt = await receiptOf(world, requestIdOf(answer));
  expect(receipt).toMatchObject({ ended: "interrupted", source: "partial", input_tokens: INPUT_TOKENS });
  expect(receipt.output_tokens).toBeGreaterThan(0);
  expect(await creditOf(world, by.id)).toEqual({ used: receipt.spend_micros, held: 0 });
});

test("a JSON answer that is cut is a 502, and its tenant pays nothing", async () => {
  const by = await world.tenant();
  const answer = await ask("[[cut_after=10]] [[output_tokens=500]]", { stream: false, by });
  expect(answer.status).toBe(502);
  expect(await answer.json()).toMatchObject({ error: { code: "upstream_interrupted" } });
  expect(await receiptOf(world, requestIdOf(answer))).toMatchObject({
    ended: "interrupted",
    unreconciled: true,
    spend_micros: 0,
  });
  expect(await creditOf(world, by.id)).toEqual({ used: 0, held: 0 });
});

test("wherever a stream is cut, the official SDK gets an error and no half event", async () => {
  const client = new Anthropic({ apiKey: tenant.key, baseURL: tapped.url, maxRetries: 0 });
  const messages = says("[[output_tokens=60]] [[burst]]");
  const cuts = [0, 1, 6, 7, 20, ...times(25, (index) => 21 + index * 37)];
  for (const cutAfterBytes of cuts) {
    tapped.line = { cutAfterBytes };
    const before = tapped.heard.length;
    const reading = async () => {
      const stream = await client.messages.create({
        model: "claude-sonnet-5-5",
        max_tokens: 100,
        stream: true,
        messages,
      });
      for await (const event of stream) expect(event.type).toBeTypeOf("string");
    };
    await expect(reading(), `cut after ${cutAfterBytes} bytes`).rejects.toThrow(Anthropic.APIError);
    expect(tapped.heard[before]!.answer.length).toBe(cutAfterBytes);
  }
  tapped.line = {};
});

test("a provider that cannot be reached is a 502, and nothing was used", async () => {
  const alone = await openWorld();
  const by = await alone.tenant();
  await alone.sandbox.close();
  const answer = await alone.messages(by.key);
  expect(answer.status).toBe(502);
  expect(await answer.json()).toMatchObject({ error: { type: "api_error", code: "upstream_unreachable" } });
  expect(await receiptsOfTenant(alone, by.id)).toEqual([]);
  expect(await creditOf(alone, by.id)).toEqual({ used: 0, held: 0 });
  await alone.close();
});

test("a call that breaks off before any answer costs its tenant nothing; its cost is estimated and to be reconciled", async () => {
  const lonely = await openTapped(world);
  const by = await world.tenant();
  lonely.line = { dead: true };
  const answer = await fetch(`${lonely.url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": by.key, "anthropic-version": "2023-06-01", "content-type": "application/json" },
    body: JSON.stringify({ model: "claude-sonnet-5-5", max_tokens: 10, messages: says("Hello") }),
  });
  await lonely.close();
  expect(answer.status).toBe(502);
  expect(await answer.json()).toMatchObject({ error: { type: "api_error", code: "upstream_interrupted" } });
  const [receipt, ...more] = await receiptsOfTenant(world, by.id);
  expect(more).toEqual([]);
  expect(receipt).toMatchObject({ ended: "interrupted", spend_micros: 0, unreconciled: true, output_tokens: 0 });
  expect(receipt!.cost_micros_usd).toBeGreaterThan(0);
  expect(await creditOf(world, by.id)).toEqual({ used: 0, held: 0 });
});
