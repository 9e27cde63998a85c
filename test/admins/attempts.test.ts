import { expect, test } from "vitest";
import { openAttempts } from "../../src/admins/sessions/attempts.ts";
import { type Instant, instant, MINUTE } from "../../src/kernel/clock.ts";
import { Problem } from "../../src/kernel/problems.ts";
import { times } from "../support/world.ts";

function tries() {
  let now: Instant = instant(1_000_000);
  const attempts = openAttempts({ clock: { wall: () => now } });
  const refused = (address: string | null) => {
    try {
      attempts.begin(address);
      return null;
    } catch (error) {
      return error as Problem;
    }
  };
  const pass = (ms: number) => {
    now = instant(now + ms);
  };
  return { attempts, refused, pass };
}

test("ten fail from one address, and it waits for what is left of a quarter of an hour", () => {
  const { refused, pass } = tries();
  expect(times(10, () => refused("192.0.2.1"))).toEqual(times(10, () => null));
  pass(5 * MINUTE);
  const problem = refused("192.0.2.1");
  expect(problem).toBeInstanceOf(Problem);
  expect(problem).toMatchObject({ code: "rate_limited", headers: { "retry-after": "600" } });
  pass(10 * MINUTE);
  expect(refused("192.0.2.1")).toBeNull();
});

test("what succeeds is not counted", () => {
  const { attempts, refused } = tries();
  for (const _ of times(50, () => 0)) attempts.begin("192.0.2.1").succeeded();
  expect(refused("192.0.2.1")).toBeNull();
});

test("an IPv4 address is one however it is written, and an IPv6 network is one however many addresses it has", () => {
  const { refused } = tries();
  for (const _ of times(5, () => 0)) expect([refused("192.0.2.1"), refused("::ffff:192.0.2.1")]).toEqual([null, null]);
  expect(refused("192.0.2.1")).not.toBeNull();
  expect(refused("192.0.2.2")).toBeNull();
  for (const host of times(10, (index) => index)) expect(refused(`2001:db8:0:1::${host}`)).toBeNull();
  expect(refused("2001:db8:0:1:ffff::1")).not.toBeNull();
  expect(refused("2001:db8:0:2::1")).toBeNull();
});

test("more addresses than are remembered forget the oldest, and no address at all is one too", () => {
  const { refused } = tries();
  for (const _ of times(10, () => 0)) refused("192.0.2.1");
  for (const index of times(10_000, (index) => index))
    refused(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`);
  expect(refused("192.0.2.1")).toBeNull();
  for (const _ of times(10, () => 0)) refused(null);
  expect(refused(null)).not.toBeNull();
});
