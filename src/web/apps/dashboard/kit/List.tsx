import { Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { count, sentence } from "../../shared/format.ts";
import { useTell } from "../../shared/notice.tsx";
import { Trouble } from "../../shared/Trouble.tsx";
import { useAddress } from "./address.ts";
import { Card } from "./Card.tsx";
import { type Column, DataTable } from "./DataTable.tsx";
import { type Filter, FilterBar } from "./FilterBar.tsx";
import { exportList, type ListPath, type RowAt, usePage } from "./use-page.ts";

/** A list of the API as a table: filtered and turned page by page by the address, sorted on the page, exported whole. */
export function List<P extends string>({
  title,
  path,
  columns,
  filters = [],
  fixed = {},
  version,
  empty,
  side,
}: {
  readonly title: string;
  /** Under `/api/admin/`. */
  readonly path: ListPath<P>;
  readonly columns: readonly Column<RowAt<P>>[];
  readonly filters?: readonly Filter[];
  /** Filters that this page always has. */
  readonly fixed?: Readonly<Record<string, string>>;
  /** What the list is of has changed when this has. */
  readonly version?: string;
  readonly empty: ReactNode;
  readonly side?: ReactNode;
}) {
  const names = filters.map(({ name }) => name);
  const { page, query, cursor } = usePage<P>(path, { fixed, known: names, version });
  const { filters: given, setFilters } = useAddress();
  const isFiltered = names.some((name) => given[name]);
  const rows = page.data?.data;
  const name = title.toLowerCase().replaceAll(/[^a-z]+/g, "-");
  return (
    <Card
      title={title}
      side={
        <Group gap="xs">
          {side}
          {rows && rows.length > 0 && <Export<P> path={path} query={query} name={name} columns={columns} />}
        </Group>
      }
    >
      <Stack gap="md">
        {filters.length > 0 && <FilterBar filters={filters} />}
        {page.error && !rows && (
          <Trouble error={page.error} title="This list cannot be shown" onRetry={() => void page.refetch()} />
        )}
        {!rows && !page.error && <Skeleton height={220} role="status" aria-label="Loading" />}
        {rows?.length === 0 && (
          <Text size="sm" c="dimmed" py="md" role="status" component="div">
            {isFiltered || Object.keys(cursor).length > 0 ? (
              <>
                Nothing here fits.{" "}
                <Button
                  variant="subtle"
                  size="compact-sm"
                  onClick={() => setFilters(Object.fromEntries(names.map((filter) => [filter, null])))}
                >
                  Show all
                </Button>
              </>
            ) : (
              empty
            )}
          </Text>
        )}
        {rows && rows.length > 0 && (
          <div aria-busy={page.isPlaceholderData} style={{ opacity: page.isPlaceholderData ? 0.6 : 1 }}>
            <DataTable label={title} columns={columns} rows={rows} keyOf={({ id }) => id} />
          </div>
        )}
        {page.data && <Turn page={page.data} />}
      </Stack>
    </Card>
  );
}

/** The way to the next page and back. */
export function Turn({
  page: { has_more, first_id, last_id },
  back = true,
}: {
  readonly page: { readonly has_more: boolean; readonly first_id: string | null; readonly last_id: string | null };
  /** Whether the list can be read backwards. */
  readonly back?: boolean;
}) {
  const { cursor, setCursor } = useAddress();
  const isBack = "before_id" in cursor;
  const isFirst = Object.keys(cursor).length === 0 || (isBack && !has_more);
  const isLast = !isBack && !has_more;
  if (isFirst && isLast) return null;
  return (
    <Group justify="flex-end" gap="xs" component="nav" aria-label="Pages of the list">
      <Button variant="default" size="xs" disabled={isFirst} onClick={() => setCursor({})}>
        First
      </Button>
      {back && (
        <Button
          variant="default"
          size="xs"
          disabled={isFirst || first_id === null}
          onClick={() => first_id && setCursor({ before_id: first_id })}
        >
          Previous
        </Button>
      )}
      <Button
        variant="default"
        size="xs"
        disabled={isLast || last_id === null}
        onClick={() => last_id && setCursor({ after_id: last_id })}
      >
        Next
      </Button>
    </Group>
  );
}

function Export<P extends string>({
  columns,
  ...list
}: {
  readonly path: ListPath<P>;
  readonly query: Readonly<Record<string, string>>;
  readonly name: string;
  readonly columns: readonly Column<RowAt<P>>[];
}) {
  const tell = useTell();
  const exporting = useMutation({
    mutationFn: () => exportList<P>(list, columns),
    onSuccess: ({ rows, complete }) =>
      tell(
        complete
          ? { tone: "good", title: `${count(rows)} rows were exported` }
          : { tone: "plain", title: `The first ${count(rows)} rows were exported`, text: "The API gives the rest." },
      ),
    onError: ({ message }) => tell({ tone: "bad", title: "It could not be exported", text: sentence(message) }),
  });
  return (
    <Button variant="default" size="xs" loading={exporting.isPending} onClick={() => exporting.mutate()}>
      Export CSV
    </Button>
  );
}
