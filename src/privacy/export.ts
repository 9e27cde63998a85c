import type { Reader } from "../db/database.ts";
import { iso } from "../kernel/clock.ts";
import type { Person } from "./person.ts";
import { PLACES, type Place, type Row } from "./places/store.ts";
import { rowsOf } from "./store.ts";

/**
 * Everything that is stored about one end user, as the text of one JSON object, piece by piece: a list of rows for each table, in the order of their
 * ids. `complete` is its last member: an export that was cut has none.
 */
export async function* exported(read: Reader, person: Person, at: number): AsyncGenerator<string> {
  const { user_id, tenant_id } = person;
  const head = { format: "tollgate.person/1", exported_at: iso(at), tenant_id, user_id };
  yield `${JSON.stringify(head).slice(0, -1)},"tables":{`;
  let first = true;
  for (const place of PLACES) {
    yield `${first ? "" : ","}\n${JSON.stringify(place.name)}:[`;
    first = false;
    let rows = 0;
    for await (const page of rowsOf(read, place, person)) {
      yield page.map((row) => `${rows++ ? "," : ""}\n${JSON.stringify(shown(place, row))}`).join("");
    }
    yield "]";
  }
  yield '},"complete":true}\n';
}

/** A row without its secrets, with its times as everybody reads them. */
function shown({ secret = [] }: Place, row: Row): Row {
  return Object.fromEntries(
    Object.entries(row)
      .filter(([name]) => !secret.includes(name))
      .map(([name, value]) => [name, /_at$/.test(name) && typeof value === "number" ? iso(value) : plain(value)]),
  );
}

const plain = (value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);
