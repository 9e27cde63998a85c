import { ChatAnthropic } from "@langchain/anthropic";
import { type AIMessageChunk, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
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

/** LangChain's ChatAnthropic, which has an older official SDK inside and retries on its own. */

let world: ClientWorld;
beforeAll(async () => {
  world = await openClientWorld();
});
afterAll(() => world.close());

const chatOf = ({ key }: Customer, options: { maxTokens?: number; maxRetries?: number } = {}) =>
  new ChatAnthropic({ model: MODEL, apiKey: key, anthropicApiUrl: world.url, ...options });

/** A stream's chunks, and the message they add up to. */
async function whole(stream: Promise<AsyncIterable<AIMessageChunk>>) {
  const chunks: AIMessageChunk[] = [];
  for await (const chunk of await stream) chunks.push(chunk);
  return { chunks, message: chunks.reduce((sum, chunk) => sum.concat(chunk)) };
}

test("invoke and stream give the same text, and the usage that is billed", async () => {
  const customer = await world.customer();
  const prompt = "[[output_tokens=200]] Tell me about tides";
  const invoked = await chatOf(customer).invoke(prompt);
  expect(invoked.response_metadata).toMatchObject({ stop_reason: "end_turn" });

  const { chunks, message } = await whole(chatOf(customer).stream(prompt));
  expect(chunks.length).toBeGreaterThan(10);
  expect(message.text).toBe(invoked.text);

  const receipts = await customer.expectBooksInOrder();
  expect(receipts).toHaveLength(2);
  const { input_tokens, output_tokens } = invoked.usage_metadata!;
  for (const receipt of receipts) expect(receipt).toMatchObject({ input_tokens, output_tokens });
  // ChatAnthropic adds up a stream's counts, and so takes the placeholder of `message_start` for a token of its own.
  expect(message.usage_metadata).toMatchObject({ input_tokens, output_tokens: output_tokens + 1 });
});

test("a tool that is bound is called in a stream, and its result answered", async () => {
  const customer = await world.customer();
  const asked: unknown[] = [];
  const weather = tool(
    (input) => {
      asked.push(input);
      return "Yes, heavily.";
    },
    {
      name: "weather",
      description: "The weather in a city.",
      schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    },
  );
  const chat = chatOf(customer).bindTools([weather]);
  const question = new HumanMessage("[[tool]] Is it raining in Pune?");
  const { message } = await whole(chat.stream([question]));
  const [call] = message.tool_calls!;
  const content = await weather.invoke(call!.args);
  const result = new ToolMessage({ content, tool_call_id: call!.id! });
  expect(asked).toEqual([{ city: expect.any(String) }]);

  const answer = await chat.invoke([question, message, result]);
  expect(answer.text).toContain("Yes, heavily.");
  expect(await customer.expectBooksInOrder()).toHaveLength(2);
});

test("credit that runs out ends the stream with max_tokens, and the next call is refused for good", async () => {
  const customer = await world.poorCustomer();
  const { ends, error } = await untilRefused(world, customer, async () => {
    const { message } = await whole(chatOf(customer, { maxTokens: LONG_MAX_TOKENS }).stream(LONG_PROMPT));
    return message.response_metadata.stop_reason ?? message.additional_kwargs.stop_reason;
  });
  expect(new Set(ends)).toEqual(new Set(["max_tokens"]));
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ status: 402, error: { error: { type: "billing_error", code: "quota_exhausted" } } });
  await customer.expectBooksInOrder();
});

test("a limit of requests a minute is MODEL_RATE_LIMIT, or waited for", async () => {
  const customer = await world.slowCustomer(1);
  const ask = (maxRetries?: number) => chatOf(customer, { maxRetries }).invoke("Hello");
  await ask();
  const error = await ask(0).catch((error: unknown) => error);
  expect(error).toMatchObject({ status: 429, lc_error_code: "MODEL_RATE_LIMIT" });
  expect(customer.served()).toBe(1);

  await expectPatience(world, customer, () => ask());
  expect(await customer.expectBooksInOrder()).toHaveLength(2);
});
