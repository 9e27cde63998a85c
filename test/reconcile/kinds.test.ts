import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { KINDS, kindOf } from "../../src/reconcile/kinds.ts";
import { REPAIRS } from "../../src/reconcile/repairs.ts";
import { DAMAGES } from "./damages.ts";

const kinds = Object.keys(KINDS);

test("the table of kinds in the README is the code's", () => {
  const readme = readFileSync(new URL("../../src/reconcile/README.md", import.meta.url), "utf8");
  const rows = Object.entries(KINDS).map(
    ([kind, { severity, meaning, action }]) =>
      `| \`${kind}\` | ${severity} | ${meaning} | ${action} | ${kind in REPAIRS ? "yes" : "no"} |`,
  );
  const table = readme
    .split("\n")
    .filter((line) => line.startsWith("| `") && line.split("|").length === 7)
    .filter((line) => kindOf(/`(\w+)`/.exec(line)?.[1] ?? "") !== undefined);
  expect(table).toEqual(rows);
});

test("every kind is shown by a damage, and every repair by one that is put right", () => {
  const shown = new Set<string>(DAMAGES.map(({ found }) => found));
  expect(kinds.filter((kind) => !shown.has(kind))).toEqual([]);
  const repaired = new Set<string>(DAMAGES.filter((damage) => damage.repaired).map(({ found }) => found));
  expect(Object.keys(REPAIRS).filter((kind) => !repaired.has(kind))).toEqual([]);
});

test("what a kind explains, and what is repaired, are kinds", () => {
  const explained = kinds.flatMap((kind) => kindOf(kind)?.explains ?? []);
  expect([...explained, ...Object.keys(REPAIRS)].filter((kind) => !(kind in KINDS))).toEqual([]);
});
