import { execFileSync } from "node:child_process";
import path from "node:path";
import { openApiDocument } from "../../src/openapi.ts";
import { apiTypes } from "./api-types.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
export const API_TYPES_FILE = path.join(ROOT, "src/web/apps/shared/openapi.ts");

/** What the file should say, as Biome would have it. */
export const formattedApiTypes = (): string =>
  execFileSync(
    process.execPath,
    [path.join(ROOT, "node_modules/@biomejs/biome/bin/biome"), "format", `--stdin-file-path=${API_TYPES_FILE}`],
    { cwd: ROOT, input: apiTypes(openApiDocument()), encoding: "utf8", maxBuffer: 64 << 20 },
  );
