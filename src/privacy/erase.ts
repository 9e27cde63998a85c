import { type Actor, recordAudit } from "../db/audit.ts";
import type { Database } from "../db/database.ts";
import { apiKeys, users } from "../db/schema.ts";
import { erasedAnswer, keptText } from "../http/idempotency.ts";
import type { Clock } from "../kernel/clock.ts";
import { iso } from "../kernel/clock.ts";
import { Problem } from "../kernel/problems.ts";
import type { Secrets } from "../tenants/seal.ts";
import { findUser, type UserRow } from "../tenants/store.ts";
import { hasUnrolled } from "../usage/store.ts";
import { findPerson } from "./identity/store.ts";
import { isOf, type Person } from "./person.ts";
import { PLACES } from "./places/store.ts";
import * as store from "./store.ts";

export interface PrivacyParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly secrets: Secrets;
}

export interface Erasure {
  readonly user_id: string;
  readonly erased_at: string;
  /** Rows that were changed or deleted, by table. Nothing is left to do where all are zero. */
  readonly rows: Readonly<Record<string, number>>;
  readonly kept: readonly string[];
  readonly elsewhere: readonly string[];
}

/**
 * Erases one end user from every table. Refused while something is under way that needs to know who they are. It goes in small units of work: one
 * that was broken off is begun anew by asking again, and what is done twice changes nothing.
 */
export async function erase(parts: PrivacyParts, ref: string, actor: Actor): Promise<Erasure> {
  const { db, clock } = parts;
  const { user, person } = await begun(parts, ref);
  const rows: Record<string, number> = {};
  const count = (table: string, changed: number) => {
    if (changed) rows[table] = (rows[table] ?? 0) + changed;
  };

  await eraseForeignTags(parts, person, count);
  await eraseForeignNames(parts, person, count);
  await eraseAnswers(parts, person, count);
  const last = PLACES.at(-1)!;
  for (const place of PLACES) {
    if (place === last) break;
    for await (const page of store.rowsOf(db.read, place, person))
      count(place.name, await db.transaction((tx) => store.eraseRows(tx, place, page, person)));
  }

  const at = clock.wall();
  await db.transaction(async (tx) => {
    count(last.name, await store.eraseRows(tx, last, [{ ...(await findUser(tx, user.id)) }], person));
    await recordAudit(tx, {
      ...{ actor, action: "user.erased", tenant_id: user.tenant_id, subject_id: user.id },
      ...{ after: { rows }, at },
    });
  });
  const documents = await store.countDocuments(db.read, person);
  return { user_id: user.id, erased_at: iso(at), rows, kept: keptOf(documents), elsewhere: ELSEWHERE };
}

/** The user is shut out first, so that nothing new is written of them; refused while something is unfinished. */
async function begun({ db, clock }: PrivacyParts, ref: string): Promise<{ user: UserRow; person: Person }> {
  const { user, person, unfinished } = await db.transaction(async (tx) => {
    const user = await findUser(tx, ref);
    const person = await findPerson(tx, user);
    const unfinished = await store.findUnfinished(tx, person);
    if (unfinished.every(({ what }) => what === "hold")) await store.blockUser(tx, person, clock.wall());
    return { user, person, unfinished };
  });
  if (!unfinished.length) return { user, person };
  const kinds = [...new Set(unfinished.map(({ what }) => what))];
  throw new Problem("conflict", {
    message: `This user cannot be erased yet: ${kinds.map((kind) => TO_DO[kind] ?? kind).join("; ")}. Then ask again.`,
    details: { unfinished },
  });
}

const TO_DO: Readonly<Record<string, string>> = {
  hold: "calls of theirs are under way (they are shut out now: wait some seconds)",
  subscription: "cancel the subscription",
  mandate: "end the mandate",
  invoice: "let the open invoice be paid, or write it off",
  collection: "a collection is under way: wait for its end",
  refund: "a refund is under way: wait for its end",
  claim: "a call to Razorpay has no answer yet: wait for it",
};

type Count = (table: string, changed: number) => void;

/** Tags with the person's e-mail or external id, on calls that were made without naming the user. */
async function eraseForeignTags({ db }: PrivacyParts, person: Person, count: Count): Promise<void> {
  const { tenant_id, anywhere } = person;
  const without = (tags: Tags): Tags => Object.fromEntries(Object.entries(tags).filter((tag) => !anywhere.finds(tag)));
  const named = (tags: Tags) => Object.entries(tags).some((tag) => anywhere.finds(tag));

  for await (const page of store.taggedHolds(db.read, tenant_id)) {
    const changed = page.flatMap(({ id, call }) =>
      call.tags && named(call.tags) ? [{ id, call: { ...call, tags: without(call.tags) } }] : [],
    );
    if (changed.length) await db.transaction((tx) => store.saveHolds(tx, tenant_id, changed));
    count("holds", changed.length);
  }
  // Events are gone through only where a rollup says that there is something to find, or does not know all of them yet.
  const unrolled = await hasUnrolled(db.read);
  const tags = (await store.listTags(db.read, tenant_id)).filter((tag) => anywhere.finds(tag));
  if (!tags.length && !unrolled) return;
  for await (const page of store.taggedEvents(db.read, tenant_id)) {
    const changed = page.flatMap(({ id, tags }) => (named(tags) ? [{ id, tags: without(tags) }] : []));
    if (changed.length) await db.transaction((tx) => store.saveTags(tx, tenant_id, changed));
    count("usage_events", changed.length);
  }
  // What was refilled meanwhile had the tags that its event had then.
  const left = unrolled ? (await store.listTags(db.read, tenant_id)).filter((tag) => anywhere.finds(tag)) : tags;
  if (!left.length) return;
  for (const [table, rows] of await db.transaction((tx) => store.deleteTags(tx, tenant_id, left))) count(table, rows);
}

type Tags = Readonly<Record<string, string>>;

/** What others are called after the person: `brother of …`, `laptop of …`. */
async function eraseForeignNames({ db }: PrivacyParts, person: Person, count: Count): Promise<void> {
  for (const [name, table] of [
    ["users", users],
    ["api_keys", apiKeys],
  ] as const) {
    for await (const page of store.namesIn(db.read, table, person)) {
      const changed = page.filter((row) => person.anywhere.finds(row.name));
      if (!changed.length) continue;
      const rows = changed.map((row) => ({ ...row, name: person.anywhere.clean(row.name) }));
      await db.transaction((tx) => store.saveNames(tx, table, person.tenant_id, rows));
      count(name, rows.length);
    }
  }
}

/** Answers that are kept for a repeated request and name the person. The request is not done again: it is answered that the answer is gone. */
async function eraseAnswers({ db, secrets }: PrivacyParts, person: Person, count: Count): Promise<void> {
  for await (const page of store.keptAnswers(db.read, person.tenant_id)) {
    const theirs = page.filter(({ id, answer }) => {
      if (answer === null) return false;
      const text = keptText(secrets, { id, answer });
      return isOf(person, text) || person.anywhere.finds(text);
    });
    if (!theirs.length) continue;
    await db.transaction(async (tx) => {
      for (const { id } of theirs) await store.saveAnswer(tx, id, erasedAnswer(secrets, id));
    });
    count("idempotency", theirs.length);
  }
}

const keptOf = (documents: number): readonly string[] => [
  "ids, amounts and times, under which nobody is named: usage, credit, payments, the journal",
  ...(documents
    ? [
        `${documents} tax invoices and credit notes, with the name and address that they must have by law (no e-mail, no telephone number)`,
      ]
    : []),
];

/** What is not in our hands. */
const ELSEWHERE: readonly string[] = [
  "Razorpay: customers, payments and mandates cannot be deleted there through its API; the account's owner asks Razorpay's support",
  "backups of the database: an erasure is to be repeated after one is restored",
  "whoever calls again under the same external id is a new user",
];
