import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Where the files that take the longest are. */
const LONG = [
  /simulation|reconcile\/month|crash-points/,
  /\/browser\/dashboard|\/scenarios\/|scripts\/demo/,
  /\/browser\/|\/batches|\/clients\/|-command|\/scripts\/|subscriptions\/change/,
];
const rankOf = ({ moduleId }: TestSpecification): number =>
  LONG.findIndex((pattern) => pattern.test(moduleId)) + 1 || LONG.length + 1;

/** Begins with the longest files, so that no worker is left alone with one at the end. (Vitest knows how long they take from the run before, and a fresh clone has none.) */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project))];
    return sorted.toSorted(
      (a, b) => projects.indexOf(a.project) - projects.indexOf(b.project) || rankOf(a) - rankOf(b),
    );
  }
}
