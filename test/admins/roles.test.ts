import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mayAsk, ROLES, WRITES } from "../../src/admins/role.ts";
import { expectRefusal } from "../http/ask.ts";
import { WALK } from "../http/walk-table.ts";
import { openWorld, type World } from "../support/world.ts";
import { type AdminKey, adminKey, asking } from "./administrators.ts";

const PREFIX = "/api/admin/";
const routes = WALK.filter((stop) => stop.for === "admin").map(({ method, path }) => ({
  ...{ method, path: path.slice(PREFIX.length) },
}));
const nameOf = ({ method, path }: { method: string; path: string }) => `${method} /${path}`;
const isRead = ({ method }: { method: string }) => method === "GET";

let world: World;
let keys: Record<string, AdminKey>;
beforeAll(async () => {
  world = await openWorld();
  keys = Object.fromEntries(await Promise.all(ROLES.map(async (role) => [role, await adminKey(world, role)] as const)));
});
afterAll(() => world.close());

test("of every route that writes it is decided once whose it is", () => {
  const decided = Object.values(WRITES).flat();
  expect([...decided].sort()).toEqual(
    routes
      .filter((route) => !isRead(route))
      .map(nameOf)
      .sort(),
  );
});

/** What a role may write: its own, and what those with less may. */
const ALLOWED = {
  owner: [...WRITES.owner, ...WRITES.finance, ...WRITES.support],
  finance: [...WRITES.finance, ...WRITES.support],
  support: WRITES.support,
} as const;

describe.each(ROLES)("the role %s", (role) => {
  test("goes through every route that is its own, and no other", async () => {
    for (const route of routes) {
      const { method, path } = route;
      const filled = path.replaceAll(/:(\w+)/g, "unknown_$1");
      const answer = await asking(world, keys[role]!.secret, [method, filled, isRead(route) ? undefined : {}]);
      if (isRead(route) || ALLOWED[role].includes(nameOf(route))) {
        expect([401, 403, 500], `${nameOf(route)}: ${answer.text}`).not.toContain(answer.status);
      } else {
        expectRefusal(answer, { status: 403, code: "role_missing", says: role });
      }
    }
  });
});

test.each([
  ["finance", "POST", "/refunds", true],
  ["finance", "POST", "/refunds/", true],
  ["finance", "POST", "/invoices/tgi_1/write_off", true],
  ["finance", "POST", "/invoices/tgi_1/x/write_off", false],
  ["finance", "POST", "/keys", false],
  ["finance", "POST", "/tenants", false],
  ["finance", "POST", "/tenants/ten_1/keys", false],
  ["finance", "POST", "//refunds", false],
  ["finance", "POST", "/REFUNDS", false],
  ["finance", "DELETE", "/refunds", false],
  ["finance", "POST", "/a route that nobody decided on", false],
  ["support", "POST", "/refunds", false],
  ["support", "GET", "/invoices", true],
  ["support", "HEAD", "/invoices", true],
  ["support", "PATCH", "/users/usr_1", false],
  ["owner", "POST", "/a route that nobody decided on", true],
] as const)("%s may ask for %s %s: %s", (role, method, path, may) => {
  expect(mayAsk(role, method, path)).toBe(may);
});
