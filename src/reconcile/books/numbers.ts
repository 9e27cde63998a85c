import type { NewFinding } from "../finding.ts";
import type { Step } from "../step.ts";
import { listSeries, numbersIn } from "./store.ts";

const NAMED_MAX = 50;

/** Numbers of documents are consecutive: from 1 to the last that the series gave, each is on a document, once. */
export const proveNumbers: Step = async ({ db }) => {
  const findings: NewFinding[] = [];
  let documents = 0;
  for (const { id, seller_id, tenant_id, last } of await listSeries(db.read)) {
    const [, series, year] = id.split("|");
    const prefix = `${series}/${year}/`;
    const given = (await numbersIn(db.read, { seller_id, prefix })).map((number) =>
      Number(number.slice(prefix.length)),
    );
    documents += given.length;
    const seen = new Set(given);
    const missing: string[] = [];
    for (let count = 1; count <= last; count++) if (!seen.has(count)) missing.push(prefix + count);
    const beyond = given.filter((count) => count > last);
    if (!missing.length && !beyond.length && seen.size === given.length) continue;
    findings.push({
      ...{ kind: "document_number_gap", subject: id, tenant_id, rows: missing.slice(0, NAMED_MAX) },
      local: { documents: given.length, highest: Math.max(0, ...given), missing: missing.length },
      remote: { last },
    });
  }
  return { findings, next: null, looked_at: { numbers: documents } };
};
