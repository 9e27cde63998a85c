import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { KEY_VARIABLE, snippetsFor } from "../../src/web/apps/shared/snippets.ts";
import { openWorld, type TestTenant, type World } from "../support/world.ts";

/** The code that the pages give away does what it says. */

const ROOT = join(import.meta.dirname, "../..");
const MESSAGE = `It's "quoted"\nand \${broken} \\ over $lines`;

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant({ credit_micros: 1_000_000 });
});
afterAll(() => world.close());

const snippets = () =>
  new Map(
    snippetsFor({
      ...{ baseUrl: world.url, model: "claude-haiku-5-5", message: MESSAGE, system: "Be brief.", max_tokens: 60 },
    }).map(({ id, code }) => [id, code]),
  );
const env = () => ({ PATH: process.env.PATH, [KEY_VARIABLE]: tenant.key });

test.each(["typescript", "openai-typescript"])(
  "%s streams the answer to the very words that were asked",
  async (id) => {
    const code = snippets().get(id) ?? "";
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module-typescript", "--no-warnings", "--eval", code],
      { cwd: ROOT, env: env(), timeout: 60_000 },
    );
    expect(stdout).toContain(MESSAGE);
  },
);

test("curl's body is the request, whatever quotes the words have", () => {
  const code = snippets().get("curl") ?? "";
  const [, quoted = ""] = /-d '([\s\S]*)'$/.exec(code) ?? [];
  expect(JSON.parse(quoted.replaceAll(`'\\''`, "'"))).toEqual({
    ...{ model: "claude-haiku-5-5", max_tokens: 60, stream: true, system: "Be brief." },
    messages: [{ role: "user", content: MESSAGE }],
  });
});

test("no snippet has a credential in it", () => {
  for (const code of snippets().values()) {
    expect(code).toContain(KEY_VARIABLE);
    expect(code).not.toMatch(/tg_(test|live)_/);
  }
});
