import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { AnswerOf, Known } from "../../shared/asked.ts";
import { csv } from "../../shared/csv.ts";
import { save } from "../../shared/save.ts";
import { type AdminRoot, adminApi } from "../session.tsx";
import { queryOf, useAddress } from "./address.ts";
import type { Cell, Column } from "./DataTable.tsx";

/** A page of a list, as every list answers. */
export interface Page<T> {
  readonly data: readonly T[];
  readonly has_more: boolean;
  readonly first_id: string | null;
  readonly last_id: string | null;
}

/** Where the administrators' API answers with a list. */
export type ListPath<P extends string> =
  AnswerOf<"GET", AdminRoot, P> extends Page<{ readonly id: string }> ? Known<"GET", AdminRoot, P> : never;

/** What the list there is of. */
export type RowAt<P extends string> =
  AnswerOf<"GET", AdminRoot, P> extends Page<infer Row extends { readonly id: string }> ? Row : never;

type Query = Readonly<Record<string, string | number | null>>;

/** A query behind a path does not change what is answered there. */
const pageAt = <P extends string>(path: ListPath<P>, query: Query) =>
  adminApi.get<P>(`${path}?${queryOf(query)}` as Known<"GET", AdminRoot, P>) as unknown as Promise<Page<RowAt<P>>>;

const ROWS = 25;
const ROWS_AT_ONCE = 1_000;
/** What a browser can hold in a file of its own; more is a matter for the API. */
const EXPORTED_MAX = 100_000;

/** What is asked for is asked for again this often, while somebody looks. */
const CALM_MS = 30_000;

/** One page of a list of the API, where the address says. It is asked for anew when `version` changes. */
export function usePage<P extends string>(
  path: ListPath<P>,
  {
    fixed = {},
    known = [],
    version = "",
  }: {
    readonly fixed?: Readonly<Record<string, string>>;
    readonly known?: readonly string[];
    readonly version?: string;
  },
) {
  const { filters, cursor } = useAddress();
  const asked = Object.fromEntries(Object.entries(filters).filter(([name]) => known.includes(name)));
  const query = { ...asked, ...fixed };
  return {
    query,
    cursor,
    page: useQuery({
      queryKey: ["list", path, query, cursor, version],
      queryFn: () => pageAt<P>(path, { limit: ROWS, ...query, ...cursor }),
      placeholderData: keepPreviousData,
      refetchInterval: CALM_MS,
    }),
  };
}

/** All rows of a list, page by page, as a file. Resolves to how many were left out. */
export async function exportList<P extends string>(
  {
    path,
    query,
    name,
  }: { readonly path: ListPath<P>; readonly query: Readonly<Record<string, string>>; readonly name: string },
  columns: readonly Column<RowAt<P>>[],
): Promise<{ readonly rows: number; readonly complete: boolean }> {
  const exported = columns.filter(({ acts }) => !acts);
  const rows: Cell[][] = [];
  let after_id: string | null = null;
  do {
    const page: Page<RowAt<P>> = await pageAt<P>(path, { limit: ROWS_AT_ONCE, ...query, after_id });
    rows.push(...page.data.map((row) => exported.map(({ value }) => value(row))));
    after_id = page.has_more ? page.last_id : null;
  } while (after_id !== null && rows.length < EXPORTED_MAX);
  save(csv([exported.map(({ title }) => title), ...rows]), `${name}.csv`);
  return { rows: rows.length, complete: after_id === null };
}
