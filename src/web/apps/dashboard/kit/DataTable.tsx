import { Table } from "@mantine/core";
import { type ReactNode, useState } from "react";
import classes from "../dashboard.module.css";

export type Cell = string | number | null;

/** A column: what it is called, what it is sorted and exported by, and how it is shown where that is something else. */
export interface Column<T> {
  readonly title: string;
  readonly value: (row: T) => Cell;
  readonly show?: (row: T) => ReactNode;
  readonly right?: boolean;
  /** A column of buttons: neither sorted nor exported. */
  readonly acts?: boolean;
}

interface Sorting {
  readonly title: string;
  readonly down: boolean;
}

/** Rows under names. A press on a name sorts the rows that are shown; another turns them round; a third leaves them as they came. */
export function DataTable<T>({
  label,
  columns,
  rows,
  keyOf,
}: {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
}) {
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const by = columns.find(({ title }) => title === sorting?.title);
  const sorted =
    by && sorting ? rows.toSorted((a, b) => order(by.value(a), by.value(b)) * (sorting.down ? -1 : 1)) : rows;
  const next = (title: string): Sorting | null =>
    sorting?.title !== title ? { title, down: false } : sorting.down ? null : { title, down: true };

  return (
    <div className={classes.scroll}>
      <Table className={classes.table} verticalSpacing={9} horizontalSpacing="sm" highlightOnHover aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ title, right, acts }) => {
              const isSorted = sorting?.title === title;
              return (
                <Table.Th
                  key={title}
                  className={right ? classes.right : undefined}
                  aria-sort={isSorted ? (sorting.down ? "descending" : "ascending") : undefined}
                >
                  {acts ? (
                    <span className={classes.unseen}>{title}</span>
                  ) : (
                    <button
                      type="button"
                      className={classes.sorter}
                      data-sorted={isSorted || undefined}
                      onClick={() => setSorting(next(title))}
                    >
                      {title}
                      <span aria-hidden="true">{isSorted ? (sorting.down ? "↓" : "↑") : ""}</span>
                    </button>
                  )}
                </Table.Th>
              );
            })}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sorted.map((row) => (
            <Table.Tr key={keyOf(row)}>
              {columns.map(({ title, value, show, right, acts }) => (
                <Table.Td
                  key={title}
                  data-label={acts ? "" : title}
                  data-acts={acts}
                  data-empty={(!show && value(row) === null) || undefined}
                  className={right ? `${classes.right} ${classes.number}` : undefined}
                >
                  {show ? show(row) : (value(row) ?? "–")}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

/** What is missing comes last when the smallest comes first. */
function order(a: Cell, b: Cell): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), undefined, { numeric: true });
}
