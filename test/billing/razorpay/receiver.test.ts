import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { webhookEvents } from "../../../src/db/schema.ts";
import { openWorld, type World } from "../../support/world.ts";

/** What the receiver of webhooks takes: exactly the bytes that Razorpay signed, with a secret that is in use. */

const FOLDER = join(import.meta.dirname, "../../fixtures/razorpay/webhooks");
const { secret, signatures } = JSON.parse(readFileSync(join(FOLDER, "_signatures.json"), "utf8")) as {
  secret: string;
  signatures: Record<string, string>;
};
const FORMER = "the secret before the rotation";

let world: World;
beforeAll(async () => {
  world = await openWorld({ webhookSecrets: ["the secret after it", secret, FORMER] });
});
afterAll(() => world.close());

let events = 0;
async function post(body: string | Buffer, signature: string, event_id = `evt_${++events}`): Promise<number> {
  const answer = await fetch(`${world.url}/webhooks/razorpay`, {
    method: "POST",
    body: new Uint8Array(Buffer.from(body)),
    headers: {
      ...{ "content-type": "application/json", "x-razorpay-signature": signature },
      ...(event_id && { "x-razorpay-event-id": event_id }),
    },
  });
  await answer.text();
  return answer.status;
}
const sign = (body: string | Buffer, key = secret) => createHmac("sha256", key).update(body).digest("hex");
const kept = async () => (await world.db.read.select().from(webhookEvents)).map(({ body }) => body);

describe("of Razorpay's own vectors", () => {
  test.each(Object.entries(signatures))(
    "%s is kept as it came, and not with a bit of it changed",
    async (file, signature) => {
      const body = readFileSync(join(FOLDER, file));
      const event_id = `vector ${file}`;
      const changed = Buffer.from(body);
      changed[changed.length >> 1]! ^= 1;
      expect(await post(changed, signature)).toBe(400);
      expect(await post(body, sign(body, "nobody's secret"))).toBe(400);
      expect(await post(body, signature, event_id)).toBe(200);
      expect(await post(body, signature, event_id)).toBe(200);
      expect((await kept()).filter((one) => one === body.toString("utf8"))).toHaveLength(1);
    },
  );
});

describe("a body that means the same in other bytes", () => {
  const original = readFileSync(join(FOLDER, "subscription.charged.json"), "utf8");
  /** As PHP and Python write JSON, or a person: each signed over its own bytes. */
  const written: Readonly<Record<string, string>> = {
    "with its slashes escaped": original.replace('"entity":"event"', '"entity":"event","at":"https:\\/\\/x"'),
    "with its letters escaped": original.replace('"entity":"event"', '"entity":"\\u0065vent"'),
    "with spaces": original.replaceAll('":', '": '),
    "with numbers of another kind": original.replace('"entity":"event"', '"entity":"event","count":1.0'),
    "with a name twice": original.replace('"entity":"event"', '"entity":"event","entity":"event"'),
    "with a newline at its end": `${original}\n`,
  };

  test.each(Object.entries(written))(
    "%s is taken as it was signed, and refused once it was parsed and written again",
    async (_how, body) => {
      const parsed = JSON.stringify(JSON.parse(body));
      expect(parsed).not.toBe(body);
      expect(await post(parsed, sign(body))).toBe(400);
      expect(await post(body, sign(parsed))).toBe(400);
      expect(await post(body, sign(body))).toBe(200);
      expect(await kept()).toContain(body);
    },
  );
});

describe("a webhook", () => {
  const body = JSON.stringify({ event: "payment.captured", payload: {} });

  test("is taken with each secret in use while one takes the place of another, and with no other", async () => {
    for (const key of ["the secret after it", secret, FORMER]) expect(await post(body, sign(body, key))).toBe(200);
    for (const key of ["", "the secret before that", `${secret} `]) expect(await post(body, sign(body, key))).toBe(400);
  });

  test("without an id, or that is no event, is refused though it is signed", async () => {
    expect(await post(body, sign(body), "")).toBe(400);
    expect(await post(body, sign(body), "x".repeat(101))).toBe(400);
    for (const odd of ["", "null", "[]", "{}", '{"event":1}', '{"event":""}', "no JSON"])
      expect(await post(odd, sign(odd)), odd).toBe(400);
  });

  test("of a type that nobody knows is kept and left alone", async () => {
    const odd = JSON.stringify({ event: "moon.eclipsed", payload: { moon: { entity: { id: "moon_1" } }, odd: 1 } });
    expect(await post(odd, sign(odd), "eclipse")).toBe(200);
    await world.pass(0);
    const [row] = (await world.db.read.select().from(webhookEvents)).filter(({ event_id }) => event_id === "eclipse");
    expect(row).toMatchObject({ type: "moon.eclipsed", state: "ignored" });
  });

  test("above a megabyte is refused", async () => {
    const huge = JSON.stringify({ event: "x", payload: {}, more: "x".repeat(1024 * 1024) });
    expect(await post(huge, sign(huge))).toBe(413);
  });
});
