import { and, eq } from "drizzle-orm";
import { expect } from "vitest";
import { listUnbalanced } from "../../src/billing/journal/store.ts";
import { total } from "../../src/db/columns.ts";
import { entries } from "../../src/db/schema.ts";
import { DAY } from "../../src/kernel/clock.ts";
import { openWorld, type World, type WorldOptions } from "../support/world.ts";

/** A Tollgate that sells: a seller in Karnataka, a rate, and customers with profiles. */
export interface Shop extends World {
  plan(fields: Record<string, unknown>): Promise<string>;
  /** A tenant that pays in rupees, in Karnataka unless told otherwise, with a key that may do everything. */
  customer(fields?: { state_code?: string; tenant?: Record<string, unknown>; profile?: boolean }): Promise<Customer>;
  /** The journal sums to zero, and what stands at Razorpay in it is what Razorpay's own books say. */
  balanced(): Promise<void>;
  /** What stands on an account of the journal in rupees, over all customers, in micros. */
  standing(ledger_account: string): Promise<number>;
}

export interface Customer {
  readonly id: string;
  readonly key: string;
  /** JSON over the customer's own API; throws where the status is not 2xx. */
  api<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T>;
  /** The status and body of a call that may be refused. */
  try(method: string, path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }>;
  /** Spends at least this much, in calls of a fixed size; the last status. */
  spend(micros: number): Promise<number>;
}

const ADDRESS = { line1: "1 MG Road", city: "Bengaluru", postal_code: "560001" };
export const SELLER = { legal_name: "Operator Pvt Ltd", gstin: "29ABCDE1234F1ZW", address: ADDRESS, state_code: "29" };
export const PROFILE = {
  ...{ name: "A Customer", email: "pay@example.com", contact: "+919800000000", address: ADDRESS, state_code: "29" },
};

/** The API as one who holds a key speaks to it. */
export function speaker({ url }: World, key: string): Pick<Customer, "api" | "try"> {
  const attempt: Customer["try"] = async (method, path, body) => {
    const answer = await fetch(`${url}/api/${path}`, {
      method,
      headers: { "x-api-key": key, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: text ? (JSON.parse(text) as Record<string, unknown>) : {} };
  };
  const api: Customer["api"] = async <T>(method: string, path: string, body?: unknown) => {
    const answer = await attempt(method, path, body);
    if (answer.status > 299) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  };
  return { api, try: attempt };
}

let customers = 0;

export async function openShop(options: WorldOptions = {}): Promise<Shop> {
  const world = await openWorld(options);
  const { clock, admin } = world;
  await admin("PUT", "sellers/operator", SELLER);
  await admin("POST", "fx_rates", {
    ...{ currency: "INR", rate_micros: 85_000_000, valid_from: new Date(clock.now() - 40 * DAY).toISOString() },
  });

  return {
    ...world,
    plan: async (fields) =>
      (
        await admin<{ id: string }>("POST", "plans", {
          ...{ name: `Plan ${++customers}`, pricing: { type: "markup", multiplier_ppm: 1_000_000 } },
          ...fields,
        })
      ).id,
    async customer({ state_code = "29", tenant = {}, profile = true } = {}) {
      const { id, key } = await world.tenant({
        fields: { currency: "INR", name: `Customer ${++customers}`, ...tenant },
        credit_micros: 0,
        key: { scopes: ["inference", "billing:read", "billing:write", "tokens:issue", "users:act"] },
      });
      const { api, try: attempt } = speaker(world, key);
      if (profile) {
        await api("PUT", "billing/profile", {
          ...{ ...PROFILE, name: `Customer ${customers}`, state_code },
          contact: `98${String(customers).padStart(8, "0")}`,
        });
      }
      return {
        ...{ id, key, api, try: attempt },
        async spend(micros) {
          const before = await spentBy(world, id);
          for (;;) {
            const answer = await world.messages(key, {
              ...{ model: "claude-sonnet-5-5", max_tokens: 60_000 },
              messages: [{ role: "user", content: "[[output_tokens=50000]] go" }],
            });
            await answer.text();
            if (answer.status !== 200) return answer.status;
            if ((await spentBy(world, id)) - before >= micros) return 200;
          }
        },
      };
    },
    async standing(ledger_account) {
      const [row] = await world.db.read
        .select({ sum: total(entries.amount_micros) })
        .from(entries)
        .where(and(eq(entries.ledger_account, ledger_account), eq(entries.currency, "INR")));
      return row!.sum;
    },
    async balanced() {
      expect(await listUnbalanced(world.db.read)).toEqual([]);
    },
  };
}

const spentBy = async (world: World, tenant: string): Promise<number> => {
  const { totals } = await world.admin<{ totals: { spend_micros: number }[] }>("GET", `tenants/${tenant}/usage`);
  return totals.reduce((sum, { spend_micros }) => sum + spend_micros, 0);
};
