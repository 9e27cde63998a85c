import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { says } from "../gateway/books.ts";
import {
  type ClientWorld,
  type Customer,
  expectPatience,
  LONG_MAX_TOKENS,
  LONG_PROMPT,
  MODEL,
  openClientWorld,
  untilRefused,
} from "./customer.ts";

/** OpenAI's official client on chat completions. What else it does is in test/gateway/openai-client.test.ts. */

let world: ClientWorld;
beforeAll(async () => {
  world = await openClientWorld();
});
afterAll(() => world.close());

const clientOf = ({ key }: Customer, maxRetries?: number) =>
  new OpenAI({ apiKey: key, baseURL: `${world.url}/v1`, maxRetries });

test("its tool runner streams a call and the answer to its result", async () => {
  const customer = await world.customer();
  const asked: unknown[] = [];
  const pieces: string[] = [];
  const runner = clientOf(customer)
    .chat.completions.runTools({
      model: MODEL,
      stream: true,
      stream_options: { include_usage: true },
      messages: says("[[tool]] [[times=1]] Is it raining in Pune?"),
      tools: [
        {
          type: "function",
          function: {
            name: "weather",
            description: "The weather in a city.",
            parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
            parse: JSON.parse,
            function: (input: object) => {
              asked.push(input);
              return "Yes, heavily.";
            },
          },
        },
      ],
    })
    .on("content", (piece) => void pieces.push(piece));
  expect(await runner.finalContent()).toContain("Yes, heavily.");
  expect(asked).toEqual([{ city: expect.any(String) }]);
  expect(pieces.length).toBeGreaterThan(5);
  const { prompt_tokens, completion_tokens } = await runner.totalUsage();
  const receipts = await customer.expectBooksInOrder();
  expect(receipts).toHaveLength(2);
  expect({ prompt_tokens, completion_tokens }).toEqual({
    prompt_tokens: receipts.reduce((sum, { input_tokens }) => sum + input_tokens, 0),
    completion_tokens: receipts.reduce((sum, { output_tokens }) => sum + output_tokens, 0),
  });
});

test("credit that runs out ends the stream with length, and the next call is refused for good", async () => {
  const customer = await world.poorCustomer();
  const { ends, error } = await untilRefused(world, customer, async () => {
    const asked = { model: MODEL, max_tokens: LONG_MAX_TOKENS, messages: says(LONG_PROMPT), stream: true as const };
    // The client's own assembly of a stream throws at `length`; the bare chunks are what most programs read.
    const reasons: (string | null)[] = [];
    for await (const { choices } of await clientOf(customer).chat.completions.create(asked))
      reasons.push(...choices.map(({ finish_reason }) => finish_reason));
    return reasons.at(-1);
  });
  expect(new Set(ends)).toEqual(new Set(["length"]));
  expect(error).toBeInstanceOf(OpenAI.APIError);
  expect(error).toMatchObject({ status: 402, code: "quota_exhausted" });
  await customer.expectBooksInOrder();
});

test("a limit of requests a minute is a RateLimitError, or waited for", async () => {
  const customer = await world.slowCustomer(1);
  const ask = (maxRetries?: number) =>
    clientOf(customer, maxRetries).chat.completions.create({ model: MODEL, messages: says("Hello") });
  await ask();
  const error = await ask(0).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(OpenAI.RateLimitError);
  expect(customer.served()).toBe(1);

  await expectPatience(world, customer, () => ask());
  expect(await customer.expectBooksInOrder()).toHaveLength(2);
});
