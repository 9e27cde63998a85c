import { expect, test } from "vitest";
import { type Clock, instant } from "../../src/kernel/clock.ts";
import { refreshed } from "../../src/kernel/refreshed.ts";

/** A copy whose loads are answered by hand, at a time that is set by hand. */
function byHand() {
  let now = 1_000_000;
  const loads: { previous: string | undefined; answer(value: string): void; fail(error: Error): void }[] = [];
  const clock: Clock = { now: () => instant(now), wall: () => instant(now) };
  const copy = refreshed<string>(
    (previous) => new Promise((resolve, reject) => loads.push({ previous, answer: resolve, fail: reject })),
    { clock, freshMs: 1_000, staleMs: 5_000 },
  );
  return { copy, loads, pass: (ms: number) => (now += ms) };
}
type ByHand = ReturnType<typeof byHand>;

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
async function loaded({ copy, loads }: ByHand, value: string): Promise<void> {
  const got = copy.get();
  loads.at(-1)!.answer(value);
  expect(await got).toBe(value);
}

test("the first who ask wait for one load together", async () => {
  const { copy, loads } = byHand();
  const waiting = [copy.get(), copy.get(), copy.get()];
  expect(loads).toHaveLength(1);
  loads[0]!.answer("a");
  expect(await Promise.all(waiting)).toEqual(["a", "a", "a"]);
});

test("a fresh value is served at once, without a load", async () => {
  const hand = byHand();
  await loaded(hand, "a");
  hand.pass(999);
  expect(hand.copy.get()).toBe("a");
  expect(hand.loads).toHaveLength(1);
});

test("past fresh it is still served at once, and renewed in the background, once", async () => {
  const hand = byHand();
  await loaded(hand, "a");
  hand.pass(1_000);
  expect(hand.copy.get()).toBe("a");
  expect(hand.copy.get()).toBe("a");
  expect(hand.loads).toHaveLength(2);
  expect(hand.loads[1]!.previous).toBe("a");
  hand.loads[1]!.answer("b");
  await turn();
  expect(hand.copy.get()).toBe("b");
});

test("past stale nobody is served the old value", async () => {
  const hand = byHand();
  await loaded(hand, "a");
  hand.pass(5_000);
  const got = hand.copy.get();
  expect(got).toBeInstanceOf(Promise);
  hand.loads[1]!.answer("b");
  expect(await got).toBe("b");
});

test("age counts from the start of a load: what changed during it is seen in time", async () => {
  const hand = byHand();
  const got = hand.copy.get();
  hand.pass(1_000);
  hand.loads[0]!.answer("a");
  await got;
  expect(hand.copy.get()).toBe("a");
  expect(hand.loads).toHaveLength(2);
});

test("a failed renewal in the background is not noticed until the value is stale, then it is told", async () => {
  const hand = byHand();
  await loaded(hand, "a");
  hand.pass(1_000);
  expect(hand.copy.get()).toBe("a");
  hand.loads[1]!.fail(new Error("database away"));
  await turn();
  expect(hand.copy.get()).toBe("a");
  expect(hand.loads).toHaveLength(3);
  hand.loads[2]!.fail(new Error("database away"));
  await turn();
  hand.pass(5_000);
  const got = hand.copy.get() as Promise<string>;
  hand.loads[3]!.fail(new Error("database still away"));
  await expect(got).rejects.toThrow("database still away");
  await loaded(hand, "b");
});

test("a refresh loads anew even where the value is fresh, and the next look sees it", async () => {
  const hand = byHand();
  await loaded(hand, "a");
  const refreshing = hand.copy.refresh();
  hand.loads[1]!.answer("b");
  expect(await refreshing).toBe("b");
  expect(hand.copy.get()).toBe("b");
});

test.each([0, 5])("an older load that ends later does not overwrite a newer one (%d ms between them)", async (ms) => {
  const hand = byHand();
  await loaded(hand, "a");
  hand.pass(1_000);
  expect(hand.copy.get()).toBe("a"); // begins to load before the change
  hand.pass(ms);
  const refreshing = hand.copy.refresh(); // after the change
  hand.loads[2]!.answer("after");
  await refreshing;
  hand.loads[1]!.answer("before");
  await turn();
  expect(hand.copy.get()).toBe("after");
});
