import type { Database } from "../db/database.ts";
import { dialect } from "../db/dialect.ts";
import { type Clock, instant, SECOND } from "../kernel/clock.ts";
import { repeatedly } from "../kernel/repeatedly.ts";
import { endEarlierLeases, endLease, renewLease } from "./store.ts";

export interface Node {
  /** Names this life of this node in its holds. */
  readonly id: string;
  close(): Promise<void>;
}

const LEASE_MS = 10 * SECOND;

/**
 * Proves that this node is alive, by a lease that it renews. Holds of a node whose lease has run out are settled by the
 * others. Each start is another life: what an earlier life of the same name left open is open to recovery at once.
 */
export async function openNode(parts: {
  db: Database;
  clock: Clock;
  name: string;
  onError: (error: unknown) => void;
}): Promise<Node> {
  const { db, clock, name } = parts;
  const started_at = clock.wall();
  const id = `${name}/${started_at.toString(36)}-${process.pid}`;
  const renew = () =>
    db.transaction((tx) => renewLease(tx, { id, name, started_at, lease_until: instant(clock.wall() + LEASE_MS) }));

  await db.transaction((tx) => endEarlierLeases(tx, { id, name }, dialect === "sqlite"));
  await renew();
  const task = repeatedly(renew, LEASE_MS / 4, parts.onError);
  return {
    id,
    async close() {
      await task.close();
      await db.transaction((tx) => endLease(tx, id));
    },
  };
}
