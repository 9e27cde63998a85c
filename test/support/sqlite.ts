import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { inject } from "vitest";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of the files that the test run copies its SQLite databases from. */
    sqliteTemplates: string;
  }
}

/**
 * Prepares a database file that others are copied from, once in a test run, and answers its path. Workers that come at the same time each
 * prepare one, and the last stays. `prepare` must close it: what is in its log is not copied. Only in the project `sqlite`.
 */
export async function templateFile(name: string, prepare: (url: string) => Promise<void>): Promise<string> {
  const folder = inject("sqliteTemplates");
  const template = path.join(folder, `${name}.db`);
  if (existsSync(template)) return template;
  const unfinished = path.join(mkdtempSync(path.join(folder, "unfinished-")), "new.db");
  await prepare(`file:${unfinished}`);
  renameSync(unfinished, template);
  return template;
}

/** Vitest's global setup: the folder of the run's templates, which is removed at the end. */
export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(path.join(tmpdir(), "tollgate-templates-"));
  project.provide("sqliteTemplates", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
