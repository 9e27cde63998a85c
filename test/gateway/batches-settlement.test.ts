import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, times, type World } from "../support/world.ts";
import { allReceiptsOf, clientOf, ended, holdsOf, lineOf, resultsOf, servedOf, settled } from "./batches-lines.ts";
import { creditOf, eventually, receiptsOfTenant } from "./books.ts";

/** What batches cost, and when: once, at half price, whoever reads the results and however often. */

let world: World;
beforeAll(async () => {
  world = await openWorld({ sandbox: { batchMs: 100 } });
});
afterAll(() => world.close());

const LINES = 1_000;
const FAILING = 50;
const requests = times(LINES, (index) =>
  lineOf(
    `line-${index}`,
    `${index % (LINES / FAILING) ? "" : "[[batch_error]] "}[[output_tokens=${1 + (index % 90)}]] number ${index}`,
  ),
);

describe.each([
  ["never", 0],
  ["once", 1],
  ["three times, at the same time,", 3],
])("a thousand lines whose results are fetched %s", (_, fetches) => {
  test("are billed once, at half price, to the tenant whose they are", async () => {
    const { id: tenantId, key } = await world.tenant();
    const neighbour = await world.tenant();
    const client = clientOf(world, key);
    const { id } = await client.messages.batches.create({ requests });
    expect(await creditOf(world, tenantId)).toMatchObject({ used: 0, held: expect.any(Number) });
    expect(await holdsOf(world, tenantId)).toHaveLength(LINES);

    if (fetches) await ended(client, id);
    const fetched = await Promise.all(times(fetches, () => resultsOf(client, id)));
    for (const lines of fetched) expect(lines).toHaveLength(LINES);
    await settled(world, tenantId);
    await ended(client, id);

    const served = servedOf(world, id);
    expect(served.lines).toBe(LINES - FAILING);
    const receipts = await allReceiptsOf(world, tenantId);
    expect(receipts).toHaveLength(served.lines);
    expect(new Set(receipts.map(({ id }) => id)).size).toBe(served.lines);
    const sum = (of: (receipt: (typeof receipts)[number]) => number) =>
      receipts.reduce((total, receipt) => total + of(receipt), 0);
    expect({
      input: sum((receipt) => receipt.input_tokens),
      output: sum((receipt) => receipt.output_tokens),
      micros: sum((receipt) => receipt.spend_micros),
    }).toEqual({ input: served.input, output: served.output, micros: served.micros });
    expect(await creditOf(world, tenantId)).toEqual({ held: 0, used: served.micros });
    expect(await holdsOf(world, tenantId)).toEqual([]);
    expect(await creditOf(world, neighbour.id)).toEqual({ held: 0, used: 0 });

    // Settled is settled: another look changes nothing.
    await resultsOf(client, id);
    expect(await creditOf(world, tenantId)).toEqual({ held: 0, used: served.micros });
  });
});

test("the bytes of the results are upstream's", async () => {
  const { id: tenantId, key } = await world.tenant();
  const client = clientOf(world, key);
  const { id } = await client.messages.batches.create({ requests: requests.slice(0, 100) });
  await ended(client, id);
  const path = `/v1/messages/batches/${id}/results`;
  const bytesOf = async (base: string, apiKey: string) => {
    const headers = { "x-api-key": apiKey, "anthropic-version": "2023-06-01" };
    return Buffer.from(await (await fetch(base + path, { headers })).arrayBuffer());
  };
  const ours = await bytesOf(world.url, key);
  expect(ours.equals(await bytesOf(world.sandbox.url, "sk-ant-sandbox"))).toBe(true);
  await settled(world, tenantId);
});

test("a batch that credit does not cover is refused as a whole: nothing is sent, nothing is held", async () => {
  const rich = await world.tenant();
  const client = clientOf(world, rich.key);
  const { id } = await client.messages.batches.create({ requests });
  const { held } = await creditOf(world, rich.id);
  await client.messages.batches.cancel(id);

  const before = await clientOf(world.sandbox, "sk-ant-sandbox").messages.batches.list({ limit: 1000 });
  const poor = await world.tenant({ credit_micros: held - 1 });
  const refused = clientOf(world, poor.key).messages.batches.create({ requests });
  await expect(refused).rejects.toMatchObject({
    status: 402,
    error: {
      error: { code: "quota_exhausted", details: { needed_micros: held, remaining_micros: held - 1 } },
    },
  });
  expect(await creditOf(world, poor.id)).toEqual({ held: 0, used: 0 });
  expect(await holdsOf(world, poor.id)).toEqual([]);
  const after = await clientOf(world.sandbox, "sk-ant-sandbox").messages.batches.list({ limit: 1000 });
  expect(after.data.map(({ id }) => id)).toEqual(before.data.map(({ id }) => id));

  const exact = await world.tenant({ credit_micros: held });
  const { id: accepted } = await clientOf(world, exact.key).messages.batches.create({ requests });
  expect(accepted).toMatch(/^msgbatch_/);
  await settled(world, exact.id);
  await settled(world, rich.id);
});

test("a limit on requests bounds the lines of a batch, and tells what the whole of it needs", async () => {
  const { id: tenantId, key } = await world.tenant();
  const limits = [{ metric: "requests", window: "day", amount: 10 }];
  await world.admin("PUT", "limits", { scope: "tenant", subject_id: tenantId, limits });
  const client = clientOf(world, key);
  await expect(client.messages.batches.create({ requests: requests.slice(0, 11) })).rejects.toMatchObject({
    status: 402,
    error: { error: { details: { needed: 11, remaining: 10 } } },
  });
  await client.messages.batches.create({ requests: requests.slice(1, 11) });
  await settled(world, tenantId);
  await expect(client.messages.batches.create({ requests: requests.slice(0, 1) })).rejects.toMatchObject({
    error: { error: { details: { needed: 1, remaining: 0 } } },
  });
});

test("what is held is half of what the same call holds", async () => {
  const { id: tenantId, key } = await world.tenant();
  const body = { messages: [{ role: "user", content: "[[first_byte_ms=2000]] [[batch_ms=3600000]] Hello" }] };
  const call = world.messages(key, { max_tokens: 1_000, ...body });
  const { held } = await eventually(async () => {
    const credit = await creditOf(world, tenantId);
    return credit.held > 0 ? credit : undefined;
  });
  await (await call).text();
  const client = clientOf(world, key);
  const params = { model: "claude-sonnet-5-5", max_tokens: 1_000, ...body } as const;
  const { id } = await client.messages.batches.create({ requests: [{ custom_id: "a", params } as never] });
  const batch = await creditOf(world, tenantId);
  expect(Math.abs(batch.held - held / 2)).toBeLessThanOrEqual(1);
  await client.messages.batches.cancel(id);
  await settled(world, tenantId);
  expect(await receiptsOfTenant(world, tenantId)).toHaveLength(1);
});
