import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, expectRefusal } from "../http/ask.ts";
import { openWorld, type World } from "../support/world.ts";
import { adminKey, asking } from "./administrators.ts";

let one: World;
let two: World;
beforeAll(async () => {
  one = await openWorld();
  two = await openWorld({ joins: one });
});
afterAll(async () => {
  await two.close();
  await one.close();
});

test("a key that is revoked on one node is dead on the other at once, and so is a session that it opened", async () => {
  const key = await adminKey(one, "owner");
  const signedIn = await ask(two, "/api/admin/sessions", { json: { token: key.secret } });
  const cookie = signedIn.headers.get("set-cookie")!.split(";")[0]!;
  const inBrowser = () => ask(two, "/api/admin/me", { headers: { cookie } });
  expect((await asking(two, key.secret, ["GET", "me"])).status).toBe(200);
  expect((await inBrowser()).status).toBe(200);
  await one.admin("DELETE", `keys/${key.id}`);
  expectRefusal(await asking(two, key.secret, ["GET", "me"]), { status: 401, code: "revoked_key" });
  expectRefusal(await inBrowser(), { status: 401, code: "expired_credentials" });
});
