import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ensurePages } from "../../scripts/bootstrap/pages.mjs";
import { QUICK_START } from "../support/quick-start.ts";

const ROOT = join(import.meta.dirname, "../..");
const MAIN = join(ROOT, "src/main.ts");
export const ADMIN_TOKEN = "browser-test-admin-token";

/** Tollgate as `npm start` runs it, in sandbox mode, on a port and a database of its own. */
export interface Served {
  readonly url: string;
  /** JSON over the admin API. */
  admin<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T>;
  /** A tenant's key, with this much credit in USD. */
  keyWith(credit_micros: number, fields?: Record<string, unknown>): Promise<{ key: string; tenantId: string }>;
  close(): Promise<void>;
}

/** `seed` fills the database before it is served, where that is too much for the API. */
export async function serveSandbox({
  seed,
}: {
  readonly seed?: (database: string) => Promise<unknown>;
} = {}): Promise<Served> {
  await ensurePages(ROOT, process.execPath);
  const folder = mkdtempSync(join(tmpdir(), "tollgate-browser-"));
  const database = `file:${join(folder, "page.db")}`;
  await seed?.(database);
  const { PATH, HOME } = process.env;
  const server = spawn(process.execPath, [MAIN], {
    cwd: folder,
    env: { ...QUICK_START, PATH, HOME, PORT: "0", DATABASE_URL: database, TOLLGATE_ADMIN_TOKEN: ADMIN_TOKEN },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const url = await urlOf(server);

  const admin: Served["admin"] = async <T>(method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${url}/api/admin/${path}`, {
      method,
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };

  return {
    url,
    admin,
    async keyWith(amount_micros, fields = {}) {
      const { id } = await admin<{ id: string }>("POST", "tenants", { name: "Browser", currency: "USD", ...fields });
      await admin("POST", `tenants/${id}/credits`, { amount_micros, reason: "test" });
      const { secret } = await admin<{ secret: string }>("POST", `tenants/${id}/keys`, { name: "browser" });
      return { key: secret, tenantId: id };
    },
    async close() {
      server.kill("SIGTERM");
      await once(server, "close");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The address in the log line that says that it serves. */
async function urlOf(server: ReturnType<typeof spawn>): Promise<string> {
  let complaints = "";
  server.stderr!.setEncoding("utf8").on("data", (text: string) => {
    complaints = (complaints + text).slice(0, 10_000);
  });
  for await (const line of createInterface(server.stdout!)) {
    const url = /"url":"([^"]+)"/.exec(line)?.[1];
    if (url) {
      server.stdout!.resume();
      return url;
    }
  }
  throw new Error(`Tollgate did not start: ${complaints}`);
}
