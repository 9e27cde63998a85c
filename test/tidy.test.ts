import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { getTableColumns, getTableName, isTable } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { SETTINGS } from "../src/config.ts";
import * as schema from "../src/db/schema.ts";

/** The rules of the house, as tests. What is written down here need not be remembered in a review. */

/** The floor plan: a room imports only from rooms above it. */
const ROOMS = [
  ...[
    "kernel",
    "db",
    "http",
    "tenants",
    "admins",
    "catalog",
    "ledger",
    "usage",
    "outgoing",
    "billing",
    "reports",
    "reconcile",
  ],
  ...["alerts", "desk", "import", "privacy", "gateway", "sandbox", "jobs", "web"],
];
/** What stands at the top of src: wiring. Nothing in a room imports it. */
const WIRING = ["app.ts", "cli.ts", "config.ts", "installation.ts", "main.ts", "openapi.ts"];

const ROOT = join(import.meta.dirname, "..");
const files = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(tsx?|mjs|js)$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));

interface Source {
  readonly path: string;
  readonly text: string;
  /** What it imports: paths from the root for our own files, package names for others. */
  readonly imports: readonly string[];
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^;"']*?from\s+["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)|(?:^|\n)import\s+["']([^"']+)["']/g;

const sources: Source[] = files("src").map((path) => {
  const text = readFileSync(join(ROOT, path), "utf8");
  const imports = [...text.matchAll(IMPORT)].map(([, from, dynamic, bare]) => {
    const name = (from ?? dynamic ?? bare)!;
    return name.startsWith(".") ? relative(ROOT, join(ROOT, path, "..", name)) : name;
  });
  return { path, text, imports };
});
const roomOf = (path: string): string => path.split("/")[1]!;
const offenders = (rule: (source: Source) => boolean) => sources.filter(rule).map(({ path }) => path);

describe("the floor plan", () => {
  test("every file of src is in a room, or is wiring", () => {
    const known = [...ROOMS, ...WIRING];
    expect(offenders(({ path }) => !known.includes(roomOf(path)))).toEqual([]);
  });

  test("a room imports only from rooms above it", () => {
    const upwards = sources.flatMap(({ path, imports }) =>
      imports
        .filter((name) => name.startsWith("src/"))
        .filter((name) => ROOMS.includes(roomOf(path)) && ROOMS.indexOf(roomOf(name)) > ROOMS.indexOf(roomOf(path)))
        .map((name) => `${path} → ${name}`),
    );
    expect(upwards).toEqual([]);
  });

  test("no room imports the wiring", () => {
    expect(
      offenders(
        ({ path, imports }) => ROOMS.includes(roomOf(path)) && imports.some((name) => WIRING.includes(roomOf(name))),
      ),
    ).toEqual([]);
  });

  test("the pages import nothing of the server, and the server nothing of theirs", () => {
    const isPage = (path: string) => path.startsWith("src/web/apps/");
    expect(
      offenders(({ path, imports }) =>
        imports.some((name) => name.startsWith("src/") && isPage(name) !== isPage(path)),
      ),
    ).toEqual([]);
  });

  test("nothing in src imports from test or scripts", () => {
    expect(offenders(({ imports }) => imports.some((name) => /^(test|scripts)\//.test(name)))).toEqual([]);
  });
});

describe("who may import what", () => {
  const only = (library: RegExp, allowed: RegExp) =>
    offenders(({ path, imports }) => imports.some((name) => library.test(name)) && !allowed.test(path));

  test("Express: routes, the pages, the composition root, and the one who lets administrators in", () => {
    expect(
      only(
        /^express$/,
        /routes\.ts$|^src\/(app|alerts\/alerts|billing\/(billing|doors)|reconcile\/reconcile|admins\/require-admin|web\/(pages|reference))\.ts$/,
      ),
    ).toEqual([]);
  });

  test("Drizzle: the room db, stores, and the queries beside them", () => {
    expect(
      only(/^drizzle-orm/, /^src\/db\/|\/store\.ts$|^src\/(app|installation|http\/(paging|answers))\.ts$/),
    ).toEqual([]);
  });

  test("the database drivers: their engine's file", () => {
    expect(only(/^better-sqlite3$/, /^src\/db\/sqlite\.ts$/)).toEqual([]);
    expect(only(/^pg$/, /^src\/db\/postgres\.ts$/)).toEqual([]);
  });

  test("undici: the port to the provider, and calls to addresses that others named", () => {
    expect(only(/^undici$/, /^src\/(gateway\/upstream|http\/outward)\.ts$/)).toEqual([]);
  });

  test("nodemailer and Standard Webhooks: one file each", () => {
    expect(only(/^nodemailer$/, /^src\/outgoing\/mails\.ts$/)).toEqual([]);
    expect(only(/^standardwebhooks$/, /^src\/outgoing\/deliver\.ts$/)).toEqual([]);
  });

  test("the Razorpay SDK: the port", () => {
    expect(only(/^(razorpay|axios)$/, /^src\/billing\/razorpay\/port\.ts$/)).toEqual([]);
  });

  test("jsonwebtoken: one file", () => {
    expect(only(/^jsonwebtoken$/, /^src\/tenants\/tokens\.ts$/)).toEqual([]);
  });
});

describe("one place for each", () => {
  const says = (pattern: RegExp, allowed: RegExp) =>
    offenders(({ path, text }) => pattern.test(text) && !allowed.test(path));

  test("the time is read in kernel/clock.ts (the simulated provider has its own, as the real one does)", () => {
    expect(says(/\bDate\.now\(|new Date\(\)/, /^src\/(kernel\/clock\.ts|sandbox\/anthropic\/)/)).toEqual([]);
  });

  /** A comparison that says by its time where two secrets differ. What is asked of their presence, kind or length is none. */
  const secretly = (() => {
    const word = "\\w*(?:secret|signature|digest|hmac|password)(?!_sealed)\\w*(?!\\w*\\.length)";
    const nothing = '(?:null\\b|undefined\\b|true\\b|false\\b|0\\b|"")';
    const left = `${word}["'\\])!]*(?:\\([^()]*\\))?\\s*[!=]==?(?!=)(?!\\s*${nothing})`;
    const right = `(?<!${nothing}\\s*)[!=]==?(?!=)\\s*(?:[\\w?]+[.[]+["']?)*${word}`;
    const called = `${word}["'\\])!]*\\??\\.(?:equals|compare|localeCompare|startsWith|endsWith)\\(`;
    const of = `(?:Object\\.is|Buffer\\.compare)\\([^)]*${word}`;
    return new RegExp([left, right, called, of].join("|"), "i");
  })();
  const comparesSecretly = (text: string) =>
    text.split("\n").some((line) => secretly.test(line) && !/\btypeof\b|^\s*(?:\/?\*|\/\/)/.test(line));

  test("secrets and signatures are compared in constant time, by nothing else", () => {
    expect(offenders(({ text }) => comparesSecretly(text))).toEqual([]);
  });

  test.each([
    "if (signature === expected) return true;",
    "if (expected !== razorpay_signature) throw no();",
    "return given == row.key_secret;",
    'return req.headers["x-razorpay-signature"] === hex;',
    "const same = expected === account.webhookSecret;",
    "if (hmac(body, key) === given) return;",
    "if (given === createHmac('sha256', key).digest('hex')) return;",
    "return digest.equals(other);",
    'return known.key_secret.localeCompare(key_secret ?? "") === 0;',
    "return Object.is(password, given);",
  ])("and one that was is seen: %s", (line) => {
    expect(comparesSecretly(line)).toBe(true);
  });

  test.each([
    "if (secret === undefined) return;",
    'if (typeof signature !== "string") return;',
    "if (signature.length !== 64) return false;",
    "if (held?.sealed === row.key_secret_sealed) return held.port;",
    "return timingSafeEqual(hmac(message, secret), Buffer.from(signature, 'hex'));",
  ])("and what compares no secret is let be: %s", (line) => {
    expect(comparesSecretly(line)).toBe(false);
  });

  test("the environment is read in config.ts, where Drizzle needs the engine, and by the code that the pages show", () => {
    expect(says(/process\.env/, /^src\/(config|db\/dialect|web\/apps\/shared\/snippets)\.ts$/)).toEqual([]);
  });
});

describe("tables", () => {
  const tables = Object.values(schema).filter((value) => isTable(value));
  /** The installation's own: its facts, its nodes, what is sold to everybody. */
  const SHARED = [
    "installation",
    "nodes",
    "jobs",
    "admin_keys",
    "admin_sessions",
    "fx_rates",
    "plans",
    "plan_versions",
    "cost_lines",
    "reconciliations",
    "usage_all",
  ];

  test("there are some", () => expect(tables.length).toBeGreaterThan(10));

  test("every table of a tenant's rows says whose they are", () => {
    const without = tables.filter((table) => !("tenant_id" in getTableColumns(table))).map(getTableName);
    expect(without.filter((name) => name !== "tenants").sort()).toEqual([...SHARED].sort());
  });
});

describe("files", () => {
  /** Longer than this, a file has two nouns; unless there is a reason, which stands here. */
  const LINES_MAX = 400;
  const LONG: Record<string, string> = { "src/web/apps/shared/openapi.ts": "written by npm run openapi" };

  test(`none has more than ${LINES_MAX} lines without a reason`, () => {
    const long = [...files("src"), ...files("test"), ...files("scripts")].filter(
      (path) => readFileSync(join(ROOT, path), "utf8").split("\n").length > LINES_MAX,
    );
    expect(long.filter((path) => !(path in LONG))).toEqual([]);
    expect(Object.keys(LONG).filter((path) => !long.includes(path))).toEqual([]);
  });
});

describe("the README", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");

  test("its table of settings is config.ts's", () => {
    const rows = Object.entries(SETTINGS).map(
      ([name, { default: shown, meaning }]) => `| \`${name}\` | ${shown} | ${meaning} |`,
    );
    const table = readme.slice(readme.indexOf("| setting |")).split("\n").slice(2);
    expect(table.slice(0, rows.length + 1)).toEqual([...rows, ""]);
  });

  test("its npm commands are package.json's", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const named = [...readme.matchAll(/npm (start|test|run ([a-z]+))/g)].map(([, word, script]) => script ?? word!);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
