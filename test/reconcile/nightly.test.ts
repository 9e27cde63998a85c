import { expect, test } from "vitest";
import { DAY } from "../../src/kernel/clock.ts";
import { openWorld } from "../support/world.ts";

interface Run {
  readonly from: string;
  readonly to: string;
  readonly status: string;
  readonly actor: string;
}

test("every night the last eight days are proved, once", async () => {
  const world = await openWorld({ reconcileNightly: true, providerOnClock: true });
  try {
    await world.pass(3 * DAY);
    const runs = async () => (await world.admin<{ data: Run[] }>("GET", "reconciliations?limit=100")).data;
    // What was begun is worked on in turns.
    await expect
      .poll(
        async () => {
          await world.pass(1_000);
          return (await runs()).every(({ status }) => status === "done");
        },
        { timeout: 60_000 },
      )
      .toBe(true);
    const nights = await runs();
    expect(nights.length).toBeGreaterThanOrEqual(3);
    expect(new Set(nights.map(({ to }) => to)).size).toBe(nights.length);
    for (const { from, to, actor } of nights) {
      expect(actor).toBe("nightly");
      expect(Date.parse(to) - Date.parse(from)).toBe(8 * DAY);
      expect(Date.parse(to) % DAY).toBe(0);
    }
  } finally {
    await world.close();
  }
});
