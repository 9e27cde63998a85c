import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, type World } from "../support/world.ts";
import { creditOf, eventually, promptOf, type Receipt, receiptsOfTenant, says, servedFor } from "./books.ts";

/** A client that goes away: what happens upstream, and what it pays. */

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const PROMPT_BYTES = 400;
const INPUT_TOKENS = 104;

/** Asks and leaves once `when` says so; then waits until upstream and the books are done with it. */
async function leave(
  options: { onDisconnect?: "drain"; directives: string; stream: boolean; path?: string },
  when: (text: string) => boolean,
) {
  const tenant = await world.tenant({ fields: { on_disconnect: options.onDisconnect ?? null } });
  const before = world.sandbox.tally.requests.length;
  const client = new AbortController();
  const prompt = promptOf(PROMPT_BYTES, options.directives);
  const body =
    options.path === undefined
      ? { model: "claude-sonnet-5-5", max_tokens: 1_000, stream: options.stream, messages: says(prompt) }
      : { message: prompt };
  const asking = fetch(world.url + (options.path ?? "/v1/messages"), {
    method: "POST",
    headers: { "x-api-key": tenant.key, "anthropic-version": "2023-06-01", "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: client.signal,
  });
  asking.catch(() => {});
  await eventually(() => world.sandbox.tally.inFlight === 1 || undefined);
  if (when("")) client.abort();
  else {
    let text = "";
    const reading = async () => {
      for await (const piece of (await asking).body!.pipeThrough(new TextDecoderStream())) {
        text += piece;
        if (when(text)) client.abort();
      }
    };
    await expect(reading()).rejects.toThrow("abort");
  }
  const served = await eventually(() => world.sandbox.tally.requests[before]);
  const [receipt] = await eventually(async (): Promise<Receipt[] | undefined> => {
    const receipts = await receiptsOfTenant(world, tenant.id);
    return receipts.length ? receipts : undefined;
  });
  return { served, receipt: receipt!, credit: await creditOf(world, tenant.id) };
}

const FEW_WORDS = (text: string) => text.length > 1_500;
const AT_ONCE = () => true;

describe("with abort, the default", () => {
  test("upstream is closed, and the input and the text that passed are billed as a part", async () => {
    const directives = "[[output_tokens=900]] [[pace_ms=10]]";
    const { served, receipt, credit } = await leave({ directives, stream: true }, FEW_WORDS);
    expect(served).toMatchObject({ aborted: true, ended: "aborted", inputTokens: INPUT_TOKENS });
    expect(served.outputTokens).toBeLessThan(900);
    expect(receipt).toMatchObject({
      ended: "client_gone",
      source: "partial",
      unreconciled: true,
      stop_reason: null,
      input_tokens: INPUT_TOKENS,
    });
    expect(receipt.output_tokens).toBeGreaterThan(0);
    expect(receipt.spend_micros).toBe(INPUT_TOKENS * 2 + receipt.output_tokens * 10);
    expect(credit).toEqual({ used: receipt.spend_micros, held: 0 });
  });

  test.each([
    ["/chat", (text: string) => text.length > 100],
    ["/api/chat/stream", (text: string) => text.length > 300],
  ])("%s is no different", async (path, when) => {
    const directives = "[[output_tokens=900]] [[pace_ms=10]]";
    const { served, receipt, credit } = await leave({ directives, stream: true, path }, when);
    expect(served).toMatchObject({ aborted: true, ended: "aborted" });
    expect(receipt).toMatchObject({ route: path, ended: "client_gone", source: "partial", unreconciled: true });
    expect(receipt.output_tokens).toBeGreaterThan(0);
    expect(credit).toEqual({ used: receipt.spend_micros, held: 0 });
  });

  test.each([
    ["a stream before its first byte", true, "[[first_byte_ms=60000]]"],
    ["a JSON answer before it is there", false, "[[first_byte_ms=60000]]"],
    ["a JSON answer that is being generated", false, "[[pace_ms=50]] [[output_tokens=900]]"],
  ])("whoever leaves %s pays for the prompt, as it was probably read", async (_what, stream, directives) => {
    const { served, receipt, credit } = await leave({ directives, stream }, AT_ONCE);
    expect(served).toMatchObject({ aborted: true, status: 499 });
    expect(receipt).toMatchObject({
      ended: "client_gone",
      source: "partial",
      unreconciled: true,
      output_tokens: 0,
    });
    expect(receipt.input_tokens).toBeGreaterThan(0);
    expect(receipt.input_tokens).toBeLessThan(10 * INPUT_TOKENS);
    expect(receipt.spend_micros).toBe(receipt.input_tokens * 2);
    expect(credit).toEqual({ used: receipt.spend_micros, held: 0 });
  });

  test("whoever leaves a stream that has stalled pays for what came", async () => {
    const directives = "[[output_tokens=900]] [[stall_after=40]]";
    const { served, receipt, credit } = await leave({ directives, stream: true }, FEW_WORDS);
    expect(served).toMatchObject({ aborted: true, deltas: 40 });
    expect(receipt).toMatchObject({ ended: "client_gone", input_tokens: INPUT_TOKENS });
    expect(credit).toEqual({ used: receipt.spend_micros, held: 0 });
  });
});

describe("with drain", () => {
  test.each([
    ["in the middle of a stream", true, "[[output_tokens=300]] [[pace_ms=2]]", FEW_WORDS],
    ["before the first byte of a stream", true, "[[output_tokens=30]] [[first_byte_ms=300]]", AT_ONCE],
    ["before a JSON answer", false, "[[output_tokens=30]] [[first_byte_ms=300]]", AT_ONCE],
  ])("whoever leaves %s is billed for the whole answer, to the token", async (_when, stream, directives, when) => {
    const { served, receipt, credit } = await leave({ onDisconnect: "drain", directives, stream }, when);
    expect(served).toMatchObject({ aborted: false, ended: "complete" });
    expect(receipt).toMatchObject({ source: "reported", ended: "complete", unreconciled: false });
    expect(receipt).toMatchObject(servedFor(world, receipt));
    expect(credit).toEqual({ used: receipt.spend_micros, held: 0 });
  });

  test("the simple routes are drained too", async () => {
    const options = { onDisconnect: "drain", directives: "[[output_tokens=300]] [[pace_ms=2]]", stream: true } as const;
    const { served, receipt } = await leave({ ...options, path: "/chat" }, (text) => text.length > 100);
    expect(served).toMatchObject({ aborted: false, ended: "complete" });
    expect(receipt).toMatchObject({ source: "reported", ended: "complete", output_tokens: 300 });
  });
});
