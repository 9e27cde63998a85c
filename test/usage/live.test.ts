import { afterAll, beforeAll, expect, test } from "vitest";
import { openLooker } from "../../src/usage/live.ts";
import { asAdmin, say } from "../http/ask.ts";
import { ADMIN_TOKEN, openWorld, type TestTenant, type World } from "../support/world.ts";

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

/** Follows what is settled until `until` says that it has read enough. */
async function follow(
  query: string,
  until: (text: string) => boolean,
  meanwhile: () => Promise<unknown>,
): Promise<string> {
  const over = new AbortController();
  const answer = await fetch(`${world.url}/api/admin/events/stream${query}`, {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, accept: "text/event-stream" },
    signal: over.signal,
  });
  expect(answer.headers.get("content-type")).toBe("text/event-stream");
  await meanwhile();
  let text = "";
  for await (const bytes of answer.body!) {
    text += new TextDecoder().decode(bytes);
    if (until(text)) break;
  }
  over.abort();
  return text;
}

test("what is settled is told to whoever looks on, once", async () => {
  let request_id = "";
  const ask = async () => {
    request_id = (await say(world, { key: tenant.key })).headers.get("request-id")!;
  };
  const text = await follow(
    `?tenant_id=${tenant.id}`,
    // Two more looks after it was told.
    (text) => text.includes(request_id) && text.slice(text.lastIndexOf(request_id)).split(": looked").length >= 3,
    ask,
  );
  expect(text.match(/event: settled/g)).toHaveLength(1);
  expect(text).toContain(`"request_id":"${request_id}"`);
});

test("of another tenant's nothing is told", async () => {
  const other = await world.tenant();
  await say(world, { key: tenant.key });
  const text = await follow(
    `?tenant_id=${other.id}`,
    (text) => text.includes(": looked"),
    async () => {},
  );
  expect(text).not.toContain("event: settled");
});

test("whoever does not read a stream of events is given what was settled lately, and the end", async () => {
  const answer = await asAdmin(world, "GET", "events/stream");
  expect(answer.status).toBe(200);
  expect(answer.text).toContain("event: settled");
  expect((await asAdmin(world, "GET", "events/stream?nonsense=1")).status).toBe(400);
});

test("a look tells what the one before did not know, in the order in which it was settled", () => {
  const look = openLooker();
  const ids = (events: readonly { id: string }[]) => events.map(({ id }) => id);
  const at = (name: string, settled_at: number) => ({ id: `evt_${name}`, settled_at });
  expect(ids(look([at("2", 20), at("1", 30)]))).toEqual(["evt_2", "evt_1"]);
  // A call that was admitted before those, and took longer.
  expect(ids(look([at("2", 20), at("1", 30), at("0", 40)]))).toEqual(["evt_0"]);
  expect(ids(look([at("3", 50), at("2", 20), at("1", 30), at("0", 40)]))).toEqual(["evt_3"]);
});
