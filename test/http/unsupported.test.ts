import { afterAll, beforeAll, describe, test } from "vitest";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { type Asked, ask, expectRefusal, MESSAGE, type Refusal } from "./ask.ts";

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

const send = (asked: Asked & { path?: string }) =>
  ask(world, asked.path ?? "/v1/messages", {
    key: tenant.key,
    ...asked,
    headers: { "anthropic-version": "2023-06-01", ...asked.headers },
  });
const unsupported = (says: RegExp): Refusal => ({ status: 400, code: "unsupported_feature", says });
const image = { type: "image", source: { type: "file", file_id: "file_011" } };
const asks = (content: unknown) => ({ messages: [{ role: "user", content }] });
const ELSEWHERE: Record<string, [body: Record<string, unknown>, headers: Record<string, string>, says: RegExp]> = {
  billing_policy: [{ billing_policy: { bill_to: "other" } }, {}, /^billing_policy/],
  user_profile_id: [{ user_profile_id: "prof_1" }, {}, /^user_profile_id/],
  thread: [{ thread: { id: "thr_1" } }, {}, /^thread/],
  "container as a text": [{ container: "container_01" }, {}, /^container/],
  "container as an object": [{ container: { id: "container_01" } }, {}, /^container/],
  "diagnostics.previous_message_id": [
    { diagnostics: { previous_message_id: "msg_1" } },
    {},
    /^diagnostics\.previous_message_id/,
  ],
  "a file_id in a source": [asks([image]), {}, /^messages\.0\.content\.0\.source\.file_id/],
  "a file_id in an upload": [
    asks([{ type: "container_upload", file_id: "file_011" }]),
    {},
    /^messages\.0\.content\.0\.file_id/,
  ],
  "a file_id in a tool's result": [
    asks([{ type: "tool_result", tool_use_id: "t", content: [image] }]),
    {},
    /^messages\.0\.content\.0\.content\.0\.source\.file_id/,
  ],
  "a file_id in a document's content": [
    asks([{ type: "document", source: { type: "content", content: [image] } }]),
    {},
    /source\.content\.0\.source\.file_id/,
  ],
  "a file_id in the system prompt": [{ system: [image] }, {}, /^system\.0\.source\.file_id/],
  "the header anthropic-workspace-id": [{}, { "anthropic-workspace-id": "wrkspc_1" }, /^anthropic-workspace-id/],
  "the header anthropic-user-profile-id": [{}, { "anthropic-user-profile-id": "prof_1" }, /^anthropic-user-profile-id/],
};

describe("what would move the bill or the identity elsewhere is refused:", () => {
  test.each(Object.entries(ELSEWHERE))("%s", async (_name, [body, headers, says]) => {
    expectRefusal(await send({ json: { ...MESSAGE, ...body }, headers }), unsupported(says));
    expectRefusal(await send({ json: { ...MESSAGE, ...body, stream: true }, headers }), unsupported(says));
  });

  test.each(Object.entries(ELSEWHERE))(
    "%s, also where tokens are only counted",
    async (_name, [body, headers, says]) => {
      const json = { ...MESSAGE, ...body, max_tokens: undefined };
      expectRefusal(await send({ path: "/v1/messages/count_tokens", json, headers }), unsupported(says));
    },
  );
});
