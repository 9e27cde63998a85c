import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { expect } from "vitest";
import { creditOf, eventually, type Receipt, receiptsOfTenant, servedFor } from "../gateway/books.ts";
import { openWorld, type TenantOptions, type TestTenant, times, type World } from "../support/world.ts";

/** What every client here is held to: a tenant of its own, and books that say what the provider served it. */

export const MODEL = "claude-sonnet-5-5";
/** USD 10 per million output tokens: micro-USD for one. */
const OUTPUT = 10;

/** Output tokens that upstream may be ahead of what was passed on when an answer is ended. */
const AHEAD_TOKENS = 60;

export interface Customer extends TestTenant {
  /** What its client has asked Tollgate for, refused or not, oldest first: `POST /v1/messages`. */
  readonly sent: readonly string[];
  /** How many calls the provider has answered for it. */
  served(): number;
  /** Everything recorded is what was served, call by call; the credit is drawn for just that, and nothing is held. */
  expectBooksInOrder(): Promise<readonly Receipt[]>;
}

export interface ClientWorld extends World {
  customer(options?: TenantOptions): Promise<Customer>;
  /** One whose credit ends in the middle of a long answer. */
  poorCustomer(): Promise<Customer>;
  /** One that may send so many requests a minute; the minute has just begun. */
  slowCustomer(requests: number): Promise<Customer>;
}

/** A long answer, and so slow that it can be ended on the way. */
export const LONG_PROMPT = "[[pace_ms=1]] [[output_tokens=6000]] write on";
export const LONG_MAX_TOKENS = 64_000;

/** The provider knows each tenant by a key of its own, and so tallies what it served to each. */
export async function openClientWorld(): Promise<ClientWorld> {
  const upstreamKeys = times(8, (index) => `sk-ant-client-${index}`);
  const world = await openWorld({ sandbox: { keys: upstreamKeys } });
  const sent = new Map<string, string[]>();
  const { port } = new URL(world.url);
  const onRequest = (message: unknown) => {
    const { request } = message as { request: IncomingMessage };
    if (String(request.socket.localPort) !== port) return;
    const key = request.headers["x-api-key"] ?? request.headers.authorization?.replace(/^Bearer /, "");
    sent.get(String(key))?.push(`${request.method} ${request.url}`);
  };
  subscribe("http.server.request.start", onRequest);

  const customer: ClientWorld["customer"] = async (options = {}) => {
    const upstream_api_key = upstreamKeys.pop()!;
    const tenant = await world.tenant({ ...options, fields: { ...options.fields, upstream_api_key } });
    sent.set(tenant.key, []);
    const served = () => world.sandbox.tally.totals[upstream_api_key]?.requests ?? 0;
    const inOrder = () => expectBooksInOrder(world, tenant, served);
    return { ...tenant, sent: sent.get(tenant.key)!, served, expectBooksInOrder: inOrder };
  };

  return {
    ...world,
    customer,
    poorCustomer: () => customer({ credit_micros: 3_000 * OUTPUT }),
    async slowCustomer(amount) {
      const slow = await customer();
      const limits = [{ metric: "requests", window: "minute", amount }];
      await world.admin("PUT", "limits", { scope: "tenant", subject_id: slow.id, limits });
      world.clock.advance(60_000 - (world.clock.now() % 60_000));
      return slow;
    },
    async close() {
      unsubscribe("http.server.request.start", onRequest);
      await world.close();
    },
  };
}

async function expectBooksInOrder(world: World, { id }: TestTenant, served: () => number) {
  const credit = await eventually(async () => {
    const now = await creditOf(world, id);
    return world.sandbox.tally.inFlight || now.held ? undefined : now;
  });
  const receipts = await receiptsOfTenant(world, id);
  expect(receipts).toHaveLength(served());
  for (const receipt of receipts) {
    const { output_tokens, ...rest } = servedFor(world, receipt);
    expect(receipt).toMatchObject(rest);
    if (receipt.ended === "complete") expect(receipt.output_tokens).toBe(output_tokens);
    // Of an answer that Tollgate itself ended, what had passed is counted by its length, and upstream was a little ahead.
    else expect(Math.abs(receipt.output_tokens - output_tokens)).toBeLessThan(AHEAD_TOKENS);
  }
  expect(credit).toEqual({ used: receipts.reduce((sum, receipt) => sum + receipt.spend_micros, 0), held: 0 });
  return receipts;
}

/**
 * Asks until it is refused: how each answer ended, and the error. The refusal has come from Tollgate alone, and the client has not
 * tried again.
 */
export async function untilRefused<End>(world: World, customer: Customer, ask: () => Promise<End>) {
  const ends: End[] = [];
  for (;;) {
    await eventually(() => (world.sandbox.tally.inFlight ? undefined : true));
    const before = { sent: customer.sent.length, served: customer.served() };
    try {
      ends.push(await ask());
    } catch (error) {
      expect({ sent: customer.sent.length, served: customer.served() }).toEqual({ ...before, sent: before.sent + 1 });
      return { ends, error };
    }
    expect(ends.length).toBeLessThan(20);
  }
}

/**
 * Shortly before the minute is over, a request beyond its limit: the client is told when to come back, waits by itself, and is served.
 */
export async function expectPatience(world: World, customer: Customer, ask: () => Promise<unknown>): Promise<void> {
  const { length } = customer.sent;
  world.clock.advance(57_500 - (world.clock.now() % 60_000));
  await ask();
  expect(customer.sent.length - length).toBe(2);
}
