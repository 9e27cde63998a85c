import { describe, expect, test } from "vitest";
import { readConfig, SETTINGS } from "../../src/config.ts";

const errors = (env: Record<string, string>): readonly string[] => {
  const result = readConfig(env);
  return result.ok ? [] : result.errors;
};
const config = (env: Record<string, string> = {}) => {
  const result = readConfig(env);
  if (!result.ok) throw new Error(result.errors.join("\n"));
  return result.config;
};

test("nothing needs to be set: SQLite, loopback, a simulated provider", () => {
  expect(config()).toMatchObject({
    HOST: "127.0.0.1",
    PORT: 8787,
    DATABASE_URL: "file:./data/tollgate.db",
    sandbox: true,
  });
  expect(config()).toMatchObject({
    CLAUDE_MAX_TOKENS: 4096,
    CLAUDE_MAX_RETRIES: 3,
    CLAUDE_TIMEOUT_SECONDS: 600,
    TOLLGATE_ON_DISCONNECT: "abort",
  });
});

test("empty means unset, for every setting", () => {
  const { TOLLGATE_NODE_ID: _, ...unset } = config();
  const { TOLLGATE_NODE_ID: __, ...empty } = config(
    Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, ""])),
  );
  expect(empty).toEqual(unset);
  expect(errors({ TOLLGATE_NO_SUCH: "" })).toEqual([]);
});

test("what is set is used", () => {
  const env = {
    ...{ PORT: "0", HOST: "::", DATABASE_URL: "postgres://u@h/d", TOLLGATE_SECRET: "x".repeat(32), LOG_LEVEL: "warn" },
    ...{
      ANTHROPIC_API_KEY: "sk-ant-1",
      TOLLGATE_TRUSTED_PROXIES: "10.0.0.0/8, fd00::/8,loopback",
      CLAUDE_MAX_TOKENS: "100",
    },
  };
  expect(config(env)).toMatchObject({
    ...{ PORT: 0, HOST: "::", DATABASE_URL: "postgres://u@h/d", LOG_LEVEL: "warn", sandbox: false },
    ...{ TOLLGATE_TRUSTED_PROXIES: ["10.0.0.0/8", "fd00::/8", "loopback"], CLAUDE_MAX_TOKENS: 100 },
  });
});

const BAD: [name: string, value: string, shouldBe: RegExp][] = [
  ["PORT", "eighty", /number/],
  ["PORT", "65536", /65535/],
  ["PORT", "-1", />=0/],
  ["PORT", "80.5", /int/],
  ["TOLLGATE_PUBLIC_URL", "tollgate.example.com", /URL/],
  ["TOLLGATE_PUBLIC_URL", "ftp://tollgate.example.com", /URL/],
  ["TOLLGATE_TRUSTED_PROXIES", "the load balancer", /CIDR/],
  ["TOLLGATE_TRUSTED_PROXIES", "10.0.0.0/99", /CIDR/],
  ["TOLLGATE_TRUSTED_PROXIES", "deadbeef", /CIDR/],
  ["TOLLGATE_TRUSTED_PROXIES", "10.0.0.0/8,,", /CIDR/],
  ["DATABASE_URL", "mysql://localhost/tollgate", /file:.*postgres:/],
  ["DATABASE_URL", "./tollgate.db", /file:.*postgres:/],
  ["TOLLGATE_ADMIN_TOKEN", "short", /16 characters/],
  ["TOLLGATE_SECRET", "short", /32 characters/],
  ["TOLLGATE_SANDBOX", "yes", /"0"\|"1"/],
  ["TOLLGATE_NODE_ID", "node one", /letters, digits/],
  ["TOLLGATE_ON_DISCONNECT", "ignore", /"abort"\|"drain"/],
  ["TOLLGATE_ALLOW_PRIVATE_JWKS", "true", /"0"\|"1"/],
  ["ANTHROPIC_BASE_URL", "api.anthropic.com", /URL/],
  ["CLAUDE_MAX_TOKENS", "0", />=1/],
  ["CLAUDE_MAX_RETRIES", "many", /number/],
  ["CLAUDE_TIMEOUT_SECONDS", "1e9", /3600/],
  ["CLAUDE_MAX_CONCURRENT_REQUESTS", "0", />=1/],
  ["LOG_LEVEL", "loud", /"info"/],
  ["LOG_FORMAT", "xml", /"json"\|"pretty"/],
];

describe("a bad setting is named, with what it should be:", () => {
  test.each(BAD)("%s=%s", (name, value, shouldBe) => {
    const found = errors({ [name]: value });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${name}: `));
    expect(found[0]).toMatch(shouldBe);
  });

  test("all of them at once, so that one start tells everything", () => {
    const found = errors({ PORT: "x", LOG_LEVEL: "loud", DATABASE_URL: "mysql://x", TOLLGATE_TYPO: "1" });
    expect(found.map((error) => error.split(":")[0])).toEqual(["PORT", "DATABASE_URL", "LOG_LEVEL", "TOLLGATE_TYPO"]);
  });

  test("without its value, where it is a secret", () => {
    expect(errors({ TOLLGATE_SECRET: "hunter2", TOLLGATE_ADMIN_TOKEN: "hunter3" }).join()).not.toMatch(/hunter/);
  });
});

describe("a name that there is none of", () => {
  test.each([
    ["TOLLGATE_SECRETS", "TOLLGATE_SECRET"],
    ["TOLLGATE_ADMINTOKEN", "TOLLGATE_ADMIN_TOKEN"],
    ["TOLLGATE_ON_DISCONECT", "TOLLGATE_ON_DISCONNECT"],
    ["TOLLGATE_TRUSTED_PROXY", "TOLLGATE_TRUSTED_PROXIES"],
  ])("%s is refused with the nearest, %s: a typo must not lose a setting", (typo, nearest) => {
    expect(errors({ [typo]: "x".repeat(40) })).toEqual([
      `${typo}: there is no such setting; the nearest is ${nearest}`,
    ]);
  });

  test("near a CLAUDE_ setting is warned about, and far from one is somebody else's", () => {
    const warned = (name: string) => {
      const result = readConfig({ [name]: "1" });
      return result.ok ? result.warnings.join() : "refused";
    };
    expect(warned("CLAUDE_MAX_TOKEN")).toMatch(/^CLAUDE_MAX_TOKEN .*CLAUDE_MAX_TOKENS/);
    expect(warned("CLAUDE_DEFAULT_MODLE")).toMatch(/CLAUDE_DEFAULT_MODEL/);
    expect(warned("CLAUDE_CODE_USE_BEDROCK")).toBe("");
    expect(warned("CLAUDE_CONFIG_DIR")).toBe("");
  });

  test("of any other program is none of our business", () => {
    expect(errors({ PATH: "/bin", ANTHROPIC_MODEL: "x", RAZORPAY: "y" })).toEqual([]);
  });
});

describe("what does not fit together", () => {
  test("production without a provider's key is refused, unless a simulated one is asked for", () => {
    expect(errors({ NODE_ENV: "production" })).toEqual([
      expect.stringMatching(/^ANTHROPIC_API_KEY: .*TOLLGATE_SANDBOX=1/),
    ]);
    expect(config({ NODE_ENV: "production", TOLLGATE_SANDBOX: "1" }).sandbox).toBe(true);
    expect(config({ NODE_ENV: "production", ANTHROPIC_API_KEY: "sk-ant-1" }).sandbox).toBe(false);
  });

  test("Postgres without a secret is refused: every node must have the same", () => {
    for (const DATABASE_URL of ["postgres://u@h/d", "postgresql://u@h/d"]) {
      expect(errors({ DATABASE_URL })).toEqual([expect.stringMatching(/^TOLLGATE_SECRET: .*Postgres/)]);
      expect(errors({ DATABASE_URL, TOLLGATE_SECRET: "x".repeat(32) })).toEqual([]);
    }
  });

  test("the sandbox may be asked for though there is a key", () => {
    expect(config({ ANTHROPIC_API_KEY: "sk-ant-1", TOLLGATE_SANDBOX: "1" }).sandbox).toBe(true);
  });
});
