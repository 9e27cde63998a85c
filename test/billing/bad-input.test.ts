import { afterAll, beforeAll, describe, test } from "vitest";
import { expectRefusal } from "../http/ask.ts";
import { WALK } from "../http/walk-table.ts";
import { type Cast, openCast } from "./cast.ts";
import { type Route, send } from "./doors.ts";
import { untouchedBy } from "./untouched.ts";

/** Each write route of billing, whoever it is for, with bodies that no schema knows: refused, and nothing is touched. */

let cast: Cast;
beforeAll(async () => {
  cast = await openCast();
});
afterAll(() => cast.shop.close());

const BILLING =
  /^\/api(\/admin)?(\/(tenants|users)\/:id)?\/(billing|billing_profile|subscription|mandate|credits|sellers|refunds|promotions|invoices|webhooks|plans|fx_rates)\b/;
const WRITES = WALK.filter(({ method, path }) => /^(POST|PUT|PATCH)$/.test(method) && BILLING.test(path)).map(
  ({ method, path }) => `${method} ${path}` as Route,
);

const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
const BODIES: Readonly<Record<string, readonly [bytes: string, says: RegExp]>> = {
  "half of JSON": ['{"plan_id": "pl', /JSON/],
  "two values": ["{} {}", /JSON/],
  "a list": ["[]", /object/],
  "a text": ['"text"', /object|JSON/],
  "a number": ["7", /object|JSON/],
  "a field that nobody knows": ['{"unknown_field": 1}', /unknown_field/],
  "JavaScript's own fields": ['{"__proto__": {"amount_paise": 1}, "constructor": 1}', /constructor|__proto__/],
  "a text with a NUL": ['{"reason": "a\\u0000b", "name": "a\\u0000b"}', /reason/],
  "JSON nested without end": [nested(50_000), /nested|body|JSON|a/],
};

describe.each(WRITES)("%s refuses, and touches nothing,", (route) => {
  test("what is no body of it", async () => {
    await untouchedBy(cast.shop, async () => {
      for (const [bytes, says] of Object.values(BODIES))
        expectRefusal(await send(cast, route, { bytes }), { status: 400, code: "invalid_request", says });
    });
  });
});
