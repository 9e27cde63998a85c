import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { costOf } from "../../src/catalog/price-book.ts";
import type { Metered } from "../../src/gateway/metered.ts";
import { streamMeter } from "../../src/gateway/stream-meter.ts";
import { totalOf } from "../../src/gateway/usage.ts";
import type { TenantId } from "../../src/kernel/id.ts";
import { SEEDED, TODAY } from "./book.ts";

const FOLDER = path.join(import.meta.dirname, "../fixtures/streams");
interface Tokens {
  readonly input: number;
  readonly w5: number;
  readonly w1: number;
  readonly read: number;
  readonly output: number | null;
  readonly web_search?: number;
}
interface Expected {
  readonly model: string;
  readonly usage: Tokens;
  /** What is billed, where that is not what `usage` says. */
  readonly billable?: Tokens;
  readonly terminal?: "error" | "truncated";
  readonly expected_pico_usd?: string;
  readonly input_side_pico_usd?: string;
}
const EXPECTED = JSON.parse(readFileSync(path.join(FOLDER, "expected.json"), "utf8")) as Record<string, Expected>;
const streams = Object.entries(EXPECTED).map(([name, expected]) => ({
  name,
  expected,
  bytes: readFileSync(path.join(FOLDER, `${name}.sse`)),
}));

function metered(asked: string, chunks: Iterable<Uint8Array>): Metered {
  const meter = streamMeter(asked);
  // Every chunk in a buffer that is used again: whoever keeps a view of it reads something else later.
  for (const chunk of chunks) {
    const reused = Buffer.from(chunk);
    meter.feed(reused);
    reused.fill(0x20);
  }
  return meter.metered();
}
const costOfStream = ({ samplings }: Metered, asked: string): bigint =>
  costOf(SEEDED, samplings, { tenant_id: "ten_1" as TenantId, at: TODAY, fallback_model: asked })!.pico_usd;

/** The same events in another spelling. */
const LINE_ENDS = { "as it is": "\n", "with CRLF": "\r\n", "with CR alone": "\r" } as const;
const SPELLINGS: Record<string, (text: string) => string> = {
  ...Object.fromEntries(
    Object.entries(LINE_ENDS).map(([name, end]) => [name, (text: string) => text.replaceAll("\n", end)]),
  ),
  "with comments": (text) =>
    `: hello\n\n${text.replaceAll("\n\n", "\n: ping\n\n:\n\n").replaceAll("data:", ": x\ndata:")}`,
  "with unknown fields": (text) => text.replaceAll("event:", "id: 7\nretry: 100\nnonsense\nevent:"),
  "with data over several lines": (text) =>
    text.replaceAll(/^data: (.*)$/gm, (_, json) =>
      JSON.stringify(JSON.parse(json), null, 1).replaceAll(/^/gm, "data: "),
    ),
  "without spaces after colons": (text) => text.replaceAll(/^(event|data): /gm, "$1:"),
  "without event fields": (text) => text.replaceAll(/^event: .*\n/gm, ""),
  "with fields in the other order": (text) => text.replaceAll(/^(event: .*)\n(data: .*)$/gm, "$2\n$1"),
};

test("every recorded stream is in the table, and every entry of the table has its stream", () => {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".sse"));
  expect(files.map((file) => path.basename(file, ".sse")).toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
});

describe.each(streams)("$name", ({ expected, bytes }) => {
  const whole = metered(expected.model, [bytes]);
  const { input, w5, w1, read, output, web_search = 0 } = expected.billable ?? expected.usage;

  test("is billed as it should be, to the pico", () => {
    const used = { input, cache_read: read, cache_write_5m: w5, cache_write_1h: w1, web_search };
    expect(totalOf(whole.samplings)).toMatchObject(output === null ? used : { ...used, output });
    if (!expected.terminal) {
      expect(whole.source).toBe("reported");
      expect(String(costOfStream(whole, expected.model))).toBe(expected.expected_pico_usd);
      return;
    }
    // No count ever came: the input side stands, the output is estimated from the text that passed, and the placeholder is not it.
    expect(whole.source).toBe("partial");
    const [sampling] = whole.samplings;
    const inputSide = { ...sampling!, quantities: { ...sampling!.quantities, output: 0 } };
    expect(String(costOfStream({ ...whole, samplings: [inputSide] }, ""))).toBe(expected.input_side_pico_usd);
    const text = [...bytes.toString().matchAll(/"text":"([^"]+)"/g)].map(([, text]) => text).join("");
    expect(sampling!.quantities.output).toBe(Math.ceil(text.length / 3.5));
  });

  test("byte by byte it is the same", () => {
    expect(
      metered(
        expected.model,
        Array.from(bytes, (byte) => Uint8Array.of(byte)),
      ),
    ).toEqual(whole);
  });

  test("cut anywhere it is the same", () => {
    const cuts = fc.uniqueArray(fc.nat(bytes.length), { maxLength: 40 });
    fc.assert(
      fc.property(cuts, (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((end, i) => bytes.subarray(at[i], end));
        expect(metered(expected.model, chunks)).toEqual(whole);
      }),
      { numRuns: 200 },
    );
  });

  test.each(Object.keys(SPELLINGS))("%s it is the same, whole and in pieces of every size", (spelling) => {
    const respelt = Buffer.from(SPELLINGS[spelling]!(bytes.toString()));
    for (const size of [respelt.length, 1, 2, 3, 7, 64, 1_000]) {
      const pieces = Array.from({ length: Math.ceil(respelt.length / size) }, (_, i) =>
        respelt.subarray(i * size, (i + 1) * size),
      );
      expect(metered(expected.model, pieces)).toEqual(whole);
    }
  });
});
