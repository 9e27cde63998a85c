import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { API_TYPES_FILE, formattedApiTypes } from "../../scripts/support/api-types-file.ts";

test("the pages' types of the API are those of its document: else `npm run openapi` writes them", () => {
  expect(readFileSync(API_TYPES_FILE, "utf8") === formattedApiTypes()).toBe(true);
});
