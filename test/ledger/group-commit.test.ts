import { describe, expect, test } from "vitest";
import { dialect } from "../../src/db/dialect.ts";
import { groupCommit } from "../../src/ledger/group-commit.ts";
import { times } from "./sample.ts";

const UNLUCKY = -13;
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const outcomes = async (answers: Promise<string>[]) =>
  (await Promise.allSettled(answers)).map((answer) =>
    answer.status === "fulfilled" ? answer.value : answer.reason.message,
  );
const lost = () => Object.assign(new Error("connection lost"), { code: "08006" });

/** A commit of which a test decides how each attempt ends; without a say, it answers. */
function scripted(...endings: (Error | undefined)[]) {
  const attempts: (readonly number[])[] = [];
  const commits = groupCommit<number, string>(async (operations) => {
    const ending = endings[attempts.length];
    attempts.push(operations);
    await turn();
    if (ending) throw ending;
    if (operations.includes(UNLUCKY)) throw new Error("-13 cannot be");
    return operations.map((operation) => `done ${operation}`);
  });
  return { ...commits, attempts };
}

describe("operations that arrive together", () => {
  test("are one commit, and each is told its own answer", async () => {
    const { submit, attempts } = scripted();
    const answers = await Promise.all(times(500, (i) => submit(i)));
    expect(answers).toEqual(times(500, (i) => `done ${i}`));
    expect(attempts).toEqual([times(500, (i) => i)]);
  });

  test("while a commit is under way are the next one, in the order they came", async () => {
    const { submit, attempts } = scripted();
    const first = submit(0);
    await turn();
    const second = [1, 2, 3].map(submit);
    await Promise.all([first, ...second]);
    expect(attempts).toEqual([[0], [1, 2, 3]]);
  });

  test("in thousands are a few commits, none larger than it should be", async () => {
    const { submit, attempts } = scripted();
    await Promise.all(times(2_500, (i) => submit(i)));
    expect(attempts.map(({ length }) => length)).toEqual([1_000, 1_000, 500]);
  });

  test("and ever again lose none: waves of submits from the answers of others", async () => {
    const { submit, attempts } = scripted();
    const chain = async (start: number) => {
      for (let step = 0; step < 20; step++) await submit(start + 100 * step + 100);
    };
    await Promise.all(times(10, chain));
    expect(attempts.flat()).toHaveLength(200);
    expect(attempts.length).toBeLessThan(50);
  });
});

describe("an operation that cannot be committed", () => {
  test("fails alone; those beside it and after it are committed", async () => {
    const { submit } = scripted();
    expect(await outcomes([12, UNLUCKY, 14].map(submit))).toEqual(["done 12", "-13 cannot be", "done 14"]);
    expect(await submit(15)).toBe("done 15");
  });

  test("among others is found by committing each alone, in order", async () => {
    const { submit, attempts } = scripted();
    await outcomes([1, UNLUCKY, 2].map(submit));
    expect(attempts).toEqual([[1, UNLUCKY, 2], [1], [UNLUCKY], [2]]);
  });
});

/** Waits for as long as a failover may take: once is enough. */
if (dialect === "sqlite")
  describe("a broken connection", () => {
    test("makes the same batch be committed again before anyone is answered", async () => {
      const { submit, attempts } = scripted(lost(), lost());
      expect(await outcomes([1, 2].map(submit))).toEqual(["done 1", "done 2"]);
      expect(attempts).toEqual([
        [1, 2],
        [1, 2],
        [1, 2],
      ]);
    });

    test("does not hide an operation that fails on the second attempt", async () => {
      const { submit } = scripted(lost());
      expect(await outcomes([1, UNLUCKY].map(submit))).toEqual(["done 1", "-13 cannot be"]);
    });

    test("that stays broken is told to everybody together, and not tried for each of them apart", async () => {
      const { submit, attempts } = scripted(...times(200, lost));
      expect(await outcomes([1, 2, 3].map(submit))).toEqual(times(3, () => "connection lost"));
      expect(new Set(attempts.map((batch) => batch.join()))).toEqual(new Set(["1,2,3"]));
    });
  });

describe("idle", () => {
  test("comes at once where nothing is under way", async () => {
    await scripted().idle();
  });

  test("comes when all that was submitted is answered, also what was submitted meanwhile, also failures", async () => {
    const { submit, idle } = scripted();
    const told: string[] = [];
    const tell = (operation: number) =>
      submit(operation).then(
        (answer) => void told.push(answer),
        (error: Error) => void told.push(error.message),
      );
    tell(1);
    tell(UNLUCKY);
    await turn();
    tell(2).then(() => tell(3));
    await idle();
    expect(told).toEqual(["done 1", "-13 cannot be", "done 2", "done 3"]);
  });
});
