import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, times, type World } from "../support/world.ts";

interface Receipt {
  readonly data: readonly {
    readonly output_tokens: number;
    readonly input_tokens: number;
    readonly source: string;
    readonly ended: string;
  }[];
}

const STREAMS = 150;
const WHOLE = 400;

describe.each(["abort", "drain"] as const)("clients that leave at random points, with %s", (onDisconnect) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ onDisconnect });
  });
  afterAll(() => world.close());

  test("are billed what the provider served, and upstream is closed or read to its end", async () => {
    const tenant = await world.tenant();
    const left = await Promise.all(times(STREAMS, (index) => leave(world, tenant.key, index)));
    await world.app.idle();
    await expect.poll(() => world.sandbox.tally.inFlight).toBe(0);

    let estimated = 0;
    let served = 0;
    for (const { requestId, upstreamId } of left) {
      const receipt = (await world.admin<Receipt>("GET", `events/${requestId}`)).data[0]!;
      const truth = world.sandbox.tally.find(upstreamId)!;
      expect(receipt.input_tokens).toBe(truth.inputTokens);
      if (onDisconnect === "drain") {
        expect(receipt).toMatchObject({ source: "reported", ended: "complete", output_tokens: WHOLE });
        expect(truth).toMatchObject({ aborted: false, outputTokens: WHOLE });
      } else {
        expect(receipt).toMatchObject({ source: "partial", ended: "client_gone" });
        expect(truth.aborted).toBe(true);
        expect(receipt.output_tokens).toBeGreaterThan(0);
        expect(receipt.output_tokens).toBeLessThan(WHOLE);
        // Never more than was generated, but for the roundness of an estimate.
        expect(receipt.output_tokens).toBeLessThanOrEqual(Math.ceil(truth.outputTokens * 1.15) + 5);
      }
      estimated += receipt.output_tokens;
      served += truth.outputTokens;
    }
    expect(Math.abs(estimated - served) / served).toBeLessThan(onDisconnect === "drain" ? 1e-9 : 0.15);
    const { data } = await world.admin<{ data: { held_micros: number }[] }>("GET", `tenants/${tenant.id}/credits`);
    expect(data[0]!.held_micros).toBe(0);
  });
});

/** Reads a few pieces of a stream, and goes. */
async function leave(world: World, key: string, index: number) {
  const leaving = new AbortController();
  const response = await fetch(`${world.url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": key, "anthropic-version": "2023-06-01", "content-type": "application/json" },
    body: JSON.stringify({
      model: "claude-sonnet-5-5",
      max_tokens: 1_000,
      stream: true,
      messages: [{ role: "user", content: `[[pace_ms=15]] [[output_tokens=${WHOLE}]] number ${index}` }],
    }),
    signal: leaving.signal,
  });
  const pieces = 1 + Math.floor(Math.random() * 50);
  let seen = 0;
  try {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      seen += chunk.split("content_block_delta").length - 1;
      if (seen >= pieces) break;
    }
  } finally {
    leaving.abort();
  }
  return {
    requestId: response.headers.get("request-id")!,
    upstreamId: response.headers.get("x-tollgate-upstream-request-id")!,
  };
}
