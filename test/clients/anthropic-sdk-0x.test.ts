import Anthropic from "anthropic-sdk-0x";
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

/** The official SDK as it was before 1.0, and as many still have it: `x-api-key`, version 2023-06-01. */

let world: ClientWorld;
beforeAll(async () => {
  world = await openClientWorld();
});
afterAll(() => world.close());

const clientOf = ({ key }: Customer, maxRetries?: number) =>
  new Anthropic({ apiKey: key, baseURL: world.url, maxRetries });

test("text streams, and its usage is what is billed", async () => {
  const customer = await world.customer();
  const pieces: string[] = [];
  const message = await clientOf(customer)
    .messages.stream({
      model: MODEL,
      max_tokens: 1_000,
      temperature: 0.5,
      messages: says("[[output_tokens=200]] Tell me about tides"),
    })
    .on("text", (piece) => void pieces.push(piece))
    .finalMessage();
  expect(pieces.length).toBeGreaterThan(10);
  expect(message.content).toEqual([{ type: "text", text: pieces.join("") }]);
  expect(message.stop_reason).toBe("end_turn");
  const { input_tokens, output_tokens } = message.usage;
  expect(await customer.expectBooksInOrder()).toMatchObject([{ input_tokens, output_tokens, ended: "complete" }]);
});

test("its tool runner streams a call, and the answer to its result", async () => {
  const customer = await world.customer();
  const asked: unknown[] = [];
  const runner = clientOf(customer).beta.messages.toolRunner({
    model: MODEL,
    max_tokens: 1_000,
    stream: true,
    messages: says("[[tool]] Is it raining in Pune?"),
    tools: [
      {
        type: "custom",
        name: "weather",
        description: "The weather in a city.",
        input_schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
        parse: (input) => input,
        run: (input) => {
          asked.push(input);
          return "Yes, heavily.";
        },
      },
    ],
  });
  const message = await runner.runUntilDone();
  expect(asked).toEqual([{ city: expect.any(String) }]);
  expect(message.content).toMatchObject([{ type: "text", text: expect.stringContaining("Yes, heavily.") }]);
  expect(customer.sent).toEqual(["POST /v1/messages?beta=true", "POST /v1/messages?beta=true"]);
  expect(await customer.expectBooksInOrder()).toHaveLength(2);
});

test("credit that runs out ends the stream in good order, and the next call is refused for good", async () => {
  const customer = await world.poorCustomer();
  const { ends, error } = await untilRefused(world, customer, async () => {
    const asked = { model: MODEL, max_tokens: LONG_MAX_TOKENS, messages: says(LONG_PROMPT) };
    return (await clientOf(customer).messages.stream(asked).finalMessage()).stop_reason;
  });
  expect(new Set(ends)).toEqual(new Set(["max_tokens"]));
  expect(error).toBeInstanceOf(Anthropic.APIError);
  expect(error).toMatchObject({ status: 402, type: "billing_error", error: { error: { code: "quota_exhausted" } } });
  await customer.expectBooksInOrder();
});

test("a limit of requests a minute is a RateLimitError, or waited for", async () => {
  const customer = await world.slowCustomer(1);
  const ask = (maxRetries?: number) =>
    clientOf(customer, maxRetries).messages.create({ model: MODEL, max_tokens: 100, messages: says("Hello") });
  await ask();
  const error = await ask(0).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(Anthropic.RateLimitError);
  expect(customer.served()).toBe(1);

  await expectPatience(world, customer, () => ask());
  expect(await customer.expectBooksInOrder()).toHaveLength(2);
});
