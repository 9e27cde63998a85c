import { afterAll, beforeAll, expect, test } from "vitest";
import { openSandboxAnthropic, type SandboxAnthropic } from "../../src/sandbox/anthropic/server.ts";

/** The provider's own reports of its use: the tally's truth, in buckets, unless a knob makes them say something else. */

const DAY = 86_400_000;
let nowMs = Date.parse("2026-11-03T10:15:00Z");
let sandbox: SandboxAnthropic;
beforeAll(async () => {
  sandbox = await openSandboxAnthropic({ keys: ["sk-ant-one-1111", "sk-ant-two-2222"], now: () => nowMs });
  for (let day = 0; day < 3; day++) {
    await say("sk-ant-one-1111", "claude-sonnet-5-5");
    await say("sk-ant-two-2222", "claude-haiku-4-5");
    nowMs += DAY;
  }
});
afterAll(() => sandbox.close());

const say = (key: string, model: string) =>
  fetch(`${sandbox.url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": key, "anthropic-version": "2023-06-01", "content-type": "application/json" },
    body: JSON.stringify({ model, max_tokens: 50, messages: [{ role: "user", content: "Hello" }] }),
  }).then((answer) => answer.text());

interface Report {
  readonly data: readonly { starting_at: string; results: readonly Record<string, unknown>[] }[];
  readonly has_more: boolean;
  readonly next_page: string | null;
}
const asked = async (path: string, key = "sk-ant-admin-sandbox") => {
  const answer = await fetch(`${sandbox.url}/v1/organizations/${path}`, { headers: { "x-api-key": key } });
  return { status: answer.status, body: (await answer.json()) as Report };
};
const MONTH = "starting_at=2026-11-03T00:00:00Z&ending_at=2026-11-06T00:00:00Z&bucket_width=1d";
const output = (report: Report) =>
  report.data.map(({ results }) => results.reduce((sum, row) => sum + Number(row.output_tokens), 0));

test("the usage report is the tally, day by day", async () => {
  const { body } = await asked(`usage_report/messages?${MONTH}&group_by[]=model`);
  const served = (day: number) =>
    sandbox.tally.requests.slice(day * 2, day * 2 + 2).reduce((sum, { outputTokens }) => sum + outputTokens, 0);
  expect(output(body)).toEqual([served(0), served(1), served(2)]);
  expect(body.data[0]!.results.map(({ model }) => model).sort()).toEqual(["claude-haiku-4-5", "claude-sonnet-5-5"]);
});

test("it comes in pages, and the cost report in decimal cents", async () => {
  const first = await asked(`usage_report/messages?${MONTH}&limit=2`);
  expect(first.body).toMatchObject({ has_more: true, next_page: expect.stringMatching(/^page_/) });
  const second = await asked(`usage_report/messages?${MONTH}&limit=2&page=${first.body.next_page}`);
  expect([first.body.data.length, second.body.data.length, second.body.has_more]).toEqual([2, 1, false]);
  const cost = await asked(`cost_report?${MONTH}&group_by[]=description`);
  const lines = cost.body.data[0]!.results;
  expect(lines.every(({ amount }) => /^\d+(\.\d+)?$/.test(String(amount)))).toBe(true);
  expect(lines.map(({ token_type }) => token_type)).toContain("output_tokens");
});

test("a knob leaves out a day, lets rows come late, or charges another price", async () => {
  const { knobs } = sandbox.reports;
  knobs.missingDays.add("2026-11-04");
  expect(output((await asked(`usage_report/messages?${MONTH}`)).body)[1]).toBe(0);
  knobs.missingDays.clear();
  knobs.late = ({ model }) => model === "claude-haiku-4-5";
  const { body } = await asked(`usage_report/messages?${MONTH}&group_by[]=model`);
  expect(body.data.map(({ results }) => results.map(({ model }) => model))).toEqual(
    Array(3).fill(["claude-sonnet-5-5"]),
  );
  knobs.late = null;
  const charged = async () =>
    (await asked(`cost_report?${MONTH}`)).body.data.map(({ results }) => Number(results[0]?.amount));
  const before = await charged();
  knobs.pricePpm.set("claude-sonnet-5-5", 2_000_000);
  expect((await charged())[0]).toBeGreaterThan(before[0]!);
  knobs.pricePpm.clear();
});

test("an admin key opens the reports, and no other; a wrong question is refused in words", async () => {
  expect((await asked(`usage_report/messages?${MONTH}`, "sk-ant-one-1111")).status).toBe(401);
  expect((await asked("usage_report/messages")).status).toBe(400);
  expect((await asked(`usage_report/messages?${MONTH}&group_by[]=colour`)).status).toBe(400);
  expect((await asked(`usage_report/messages?${MONTH}&limit=99`)).status).toBe(400);
  expect((await asked("nothing")).status).toBe(404);
});
