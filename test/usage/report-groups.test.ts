import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { UserId } from "../../src/kernel/id.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { reportOf, useOf, type Who } from "./reports.ts";
import { empty, key, tenant, user } from "./sample.ts";

let database: TestDatabase;
let use: ReturnType<typeof useOf>;
let report: ReturnType<typeof reportOf>;
beforeAll(async () => {
  database = await openTestDatabase();
  use = useOf(database.db);
  report = reportOf(database.db);
});
afterAll(() => database.close());
beforeEach(() => empty(database.db));

describe("by anything else", () => {
  beforeEach(async () => {
    const tags = { feature: "summary", plan: "pro" };
    await use("2026-11-20T01:00:00Z", { tags, spend_micros: 1 });
    await use("2026-11-20T02:00:00Z", { tags: { feature: "summary" }, user_id: user("bob"), spend_micros: 2 });
    await use("2026-11-20T03:00:00Z", { model: "claude-haiku-5-5", key_id: key("2"), spend_micros: 4 });
    await use("2026-11-20T03:00:00Z", { user_id: null, key_id: null, spend_micros: 8 });
    await use("2026-11-20T03:00:00Z", { tenant_id: tenant("2"), spend_micros: 1_000, tags });
  });
  const spends = async (group_by: string, query = {}, who: Partial<Who> = {}) => {
    const { data, totals } = await report({ group_by, ...query }, who);
    return {
      groups: data.map((row: Record<string, unknown>) => [row[group_by], row.spend_micros]),
      total: totals[0]!.spend_micros,
    };
  };

  test.each([
    [
      "model",
      [
        ["claude-haiku-5-5", 4],
        ["claude-opus-5-5", 11],
      ],
    ],
    [
      "user",
      [
        [null, 8],
        ["usr_alice", 5],
        ["usr_bob", 2],
      ],
    ],
    [
      "key",
      [
        [null, 8],
        ["key_1", 3],
        ["key_2", 4],
      ],
    ],
    [
      "tag",
      [
        ["feature=summary", 3],
        ["plan=pro", 1],
      ],
    ],
    ["day", [["2026-11-20", 15]]],
  ])("%s: each group has its sum, and the total is the whole, counted once", async (group_by, groups) => {
    expect(await spends(group_by)).toEqual({ groups, total: 15 });
  });

  test("of one user, in groups and in total", async () => {
    const bob = { user_id: user("bob") as UserId };
    expect(await spends("model", {}, bob)).toEqual({ groups: [["claude-opus-5-5", 2]], total: 2 });
    expect(await spends("tag", {}, bob)).toEqual({ groups: [["feature=summary", 2]], total: 2 });
    expect(await spends("day", {}, bob)).toEqual({ groups: [["2026-11-20", 2]], total: 2 });
  });

  test("of a tenant that used nothing, there is nothing", async () => {
    for (const group_by of ["day", "hour", "model", "user", "key", "tag"]) {
      expect(await report({ group_by }, { tenant_id: tenant("3") })).toMatchObject({ data: [], totals: [] });
    }
  });

  test("currencies are never added up", async () => {
    await use("2026-11-20T03:00:00Z", { currency: "USD", spend_micros: 3 });
    const { data, totals } = await report();
    for (const rows of [data, totals] as Record<string, unknown>[][])
      expect(rows.map((row) => [row.currency, row.spend_micros])).toEqual([
        ["INR", 15],
        ["USD", 3],
      ]);
  });

  test("shows as much of money as may be seen, in groups and totals", async () => {
    for (const [visibility, names] of [
      ["full", ["cost_micros_usd", "cost_usd", "spend_micros", "currency"]],
      ["spend", ["spend_micros", "currency"]],
      ["none", []],
    ] as const) {
      const { data, totals } = await report({ group_by: "model" }, { visibility });
      for (const row of [...data, ...totals]) {
        const shown = Object.keys(row).filter((name) => /cost|spend|currency|uncovered/.test(name));
        expect(shown.toSorted()).toEqual([...names].toSorted());
        expect(row).toHaveProperty("output_tokens");
      }
    }
  });
});
