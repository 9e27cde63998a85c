import { createAnthropic } from "@ai-sdk/anthropic";
import { APICallError, generateText, jsonSchema, stepCountIs, streamText, tool } from "ai";
import { afterAll, beforeAll, expect, test } from "vitest";
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

/** Vercel's AI SDK with its Anthropic provider, whose base URL ends in `/v1`. */

let world: ClientWorld;
beforeAll(async () => {
  world = await openClientWorld();
});
afterAll(() => world.close());

const modelOf = ({ key }: Customer) => createAnthropic({ baseURL: `${world.url}/v1`, apiKey: key })(MODEL);

const weatherOf = (asked: unknown[]) =>
  tool({
    description: "The weather in a city.",
    inputSchema: jsonSchema<{ city: string }>({
      type: "object",
      properties: { city: { type: "string" } },
      required: ["city"],
    }),
    execute: async (input) => {
      asked.push(input);
      return "Yes, heavily.";
    },
  });

test("generateText and streamText give the same text, and the usage that is billed", async () => {
  const customer = await world.customer();
  const asked = { model: modelOf(customer), prompt: "[[output_tokens=200]] Tell me about tides" };
  const whole = await generateText(asked);
  expect(whole.finishReason).toBe("stop");

  const streamed = streamText(asked);
  const pieces: string[] = [];
  for await (const piece of streamed.textStream) pieces.push(piece);
  expect(pieces.length).toBeGreaterThan(10);
  expect(pieces.join("")).toBe(whole.text);
  expect(await streamed.finishReason).toBe("stop");

  const receipts = await customer.expectBooksInOrder();
  expect(receipts).toHaveLength(2);
  for (const { inputTokens, outputTokens } of [whole.usage, await streamed.usage])
    expect(receipts[0]).toMatchObject({ input_tokens: inputTokens, output_tokens: outputTokens });
});

test("a tool is called and its result answered, in both", async () => {
  const customer = await world.customer();
  const asked: unknown[] = [];
  const options = {
    model: modelOf(customer),
    tools: { weather: weatherOf(asked) },
    stopWhen: stepCountIs(3),
    prompt: "[[tool]] Is it raining in Pune?",
  };
  const whole = await generateText(options);
  expect(whole.steps.map(({ finishReason }) => finishReason)).toEqual(["tool-calls", "stop"]);
  expect(whole.text).toContain("Yes, heavily.");

  const streamed = streamText(options);
  await streamed.consumeStream();
  expect(await streamed.text).toBe(whole.text);
  expect(asked).toEqual([{ city: expect.any(String) }, { city: expect.any(String) }]);
  expect(await customer.expectBooksInOrder()).toHaveLength(4);
});

/** The text and the finish reason of a stream, or the error that is one of its parts. */
async function streamedBy(customer: Customer, maxRetries?: number) {
  const stream = streamText({
    model: modelOf(customer),
    maxRetries,
    maxOutputTokens: LONG_MAX_TOKENS,
    prompt: LONG_PROMPT,
    onError: () => {},
  });
  for await (const part of stream.fullStream) if (part.type === "error") throw part.error;
  return stream.finishReason;
}

test("credit that runs out ends the stream with length, and the next call is refused for good", async () => {
  const customer = await world.poorCustomer();
  const { ends, error } = await untilRefused(world, customer, () => streamedBy(customer));
  expect(new Set(ends)).toEqual(new Set(["length"]));
  expect(APICallError.isInstance(error)).toBe(true);
  expect(error).toMatchObject({ statusCode: 402, isRetryable: false });
  expect((error as APICallError).data).toMatchObject({ error: { type: "billing_error" } });
  await customer.expectBooksInOrder();
});

test("a limit of requests a minute is an APICallError that may be tried again, and is waited for", async () => {
  const customer = await world.slowCustomer(1);
  const ask = (maxRetries?: number) => generateText({ model: modelOf(customer), maxRetries, prompt: "Hello" });
  await ask();
  const error = await ask(0).catch((error: unknown) => error);
  expect(APICallError.isInstance(error)).toBe(true);
  expect(error).toMatchObject({ statusCode: 429, isRetryable: true });
  expect(customer.served()).toBe(1);

  await expectPatience(world, customer, () => ask());
  expect(await customer.expectBooksInOrder()).toHaveLength(2);
});
