import Anthropic from "@anthropic-ai/sdk";
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

/** The official SDK, 1.x: `Authorization: Bearer`, version 2026-10-21. What else it does is in test/gateway/sdk.test.ts. */

let world: ClientWorld;
beforeAll(async () => {
  world = await openClientWorld();
});
afterAll(() => world.close());

const clientOf = ({ key }: Customer) => new Anthropic({ apiKey: key, baseURL: world.url });

test("its tool runner streams a call and the answer to its result, text piece by piece", async () => {
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
  const turns: string[][] = [];
  for await (const stream of runner) {
    const pieces: string[] = [];
    stream.on("text", (piece) => void pieces.push(piece));
    await stream.finalMessage();
    turns.push(pieces);
  }
  expect(asked).toEqual([{ city: expect.any(String) }]);
  expect(turns).toHaveLength(2);
  expect(turns[1]!.length).toBeGreaterThan(5);
  expect(turns[1]!.join("")).toContain("Yes, heavily.");
  expect(await customer.expectBooksInOrder()).toHaveLength(2);
});

test("credit that runs out ends the stream in good order, and the next call is refused for good", async () => {
  const customer = await world.poorCustomer();
  const { ends, error } = await untilRefused(world, customer, async () => {
    const asked = { model: MODEL, max_tokens: LONG_MAX_TOKENS, messages: says(LONG_PROMPT) };
    const { stop_reason, stop_details } = await clientOf(customer).messages.stream(asked).finalMessage();
    return { stop_reason, stop_details };
  });
  expect(ends[0]).toEqual({ stop_reason: "max_tokens", stop_details: { type: "quota", code: "quota_exhausted" } });
  expect(error).toBeInstanceOf(Anthropic.PaymentRequiredError);
  await customer.expectBooksInOrder();
});

test("a limit of requests a minute is waited for by itself", async () => {
  const customer = await world.slowCustomer(1);
  const ask = () => clientOf(customer).messages.create({ model: MODEL, max_tokens: 100, messages: says("Hello") });
  await ask();
  await expectPatience(world, customer, ask);
  expect(await customer.expectBooksInOrder()).toHaveLength(2);
});
