import { afterAll, beforeAll, expect, test } from "vitest";
import { openApiDocument } from "../../src/openapi.ts";
import { ask } from "../http/ask.ts";
import { openWorld, type World } from "../support/world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

test("whoever asks is told what the API is, as a document", async () => {
  const answer = await ask(world, "/openapi.json");
  expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
  expect(answer.body).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
});

test("the page to read has every route of the document, and nothing inline or from elsewhere", async () => {
  const { headers, text } = await ask(world, "/docs");
  expect(headers.get("content-type")).toMatch(/^text\/html/);
  expect(headers.get("content-security-policy")).not.toContain("unsafe-inline");
  for (const methods of Object.values(openApiDocument().paths))
    for (const { operationId } of Object.values(methods)) expect(text).toContain(`<details id="${operationId}">`);
  expect(text).not.toMatch(/ style=|<style|<script(?! type="module" src="\/docs\/)| on\w+=|(?:src|href)="(?!\/|#)/);
  for (const [, file] of text.matchAll(/(?:src|href)="(\/docs\/[^"]+)"/g))
    expect((await ask(world, file!)).status, file).toBe(200);
});

test("what it links to within itself is there", async () => {
  const { text } = await ask(world, "/docs");
  const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
  expect([...text.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id).filter((id) => !ids.has(id))).toEqual([]);
});
