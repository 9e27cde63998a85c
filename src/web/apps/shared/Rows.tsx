import { Button, Group, NativeSelect, Table, Text, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { csv } from "./csv.ts";
import classes from "./rows.module.css";
import { save } from "./save.ts";

export interface Column<T> {
  readonly name: string;
  readonly label: string;
  /** What it is sorted and exported by. */
  value(row: T): string | number | null;
  /** How it is shown, where that is not the value itself. */
  readonly cell?: (row: T) => ReactNode;
  readonly isNumber?: boolean;
  /** Long words, that may take several lines. */
  readonly isLong?: boolean;
  /** Left out where there is little room. */
  readonly isMinor?: boolean;
  /** Only in the file. */
  readonly isUnseen?: boolean;
}

interface Order {
  readonly by: string;
  readonly descending: boolean;
}

const FILTERED_FROM = 9;

/** A table of rows that are all here: sorted by any column, narrowed by words, and saved as CSV. */
export function Rows<T>({
  label,
  columns,
  rows,
  idOf,
  sortedBy,
  file,
  actions,
  onOpen,
}: {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly idOf: (row: T) => string;
  readonly sortedBy: Order;
  /** The name of the file that it is saved as. */
  readonly file: string;
  /** What can be done with a row, in a last column. */
  readonly actions?: (row: T) => ReactNode;
  /** Its first cell is then a button that shows the row. */
  readonly onOpen?: (row: T) => void;
}) {
  const [order, setOrder] = useState(sortedBy);
  const [words, setWords] = useState("");
  const shown = sorted(
    rows.filter((row) => matches(columns, row, words)),
    columns.find(({ name }) => name === order.by),
    order.descending,
  );
  const seen = columns.filter(({ isUnseen }) => !isUnseen);
  const download = () =>
    save(
      csv([columns.map(({ label }) => label), ...shown.map((row) => columns.map((column) => column.value(row)))]),
      file,
    );
  return (
    <div>
      <Group justify="flex-end" mb="xs" gap="xs">
        {rows.length >= FILTERED_FROM && (
          <TextInput
            aria-label={`Filter ${label}`}
            placeholder="Filter"
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
            size="xs"
            w={{ base: 140, xs: 200 }}
            mr="auto"
          />
        )}
        <NativeSelect
          hiddenFrom="xs"
          aria-label={`Sort ${label} by`}
          size="xs"
          value={order.by}
          onChange={(event) => {
            const by = event.currentTarget.value;
            setOrder({ by, descending: columns.find(({ name }) => name === by)?.isNumber === true });
          }}
          data={seen.map(({ name, label }) => ({ value: name, label }))}
        />
        <Button size="compact-sm" variant="subtle" onClick={download} disabled={shown.length === 0}>
          Save as CSV
        </Button>
      </Group>
      <div className={classes.scroll}>
        <Table aria-label={label} verticalSpacing={8} horizontalSpacing="xs" className={classes.table}>
          <Table.Thead>
            <Table.Tr>
              {seen.map((column) => (
                <Head key={column.name} column={column} order={order} onOrder={setOrder} />
              ))}
              {actions && (
                <Table.Th>
                  <span className={classes.unseen}>Actions</span>
                </Table.Th>
              )}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((row) => (
              <Table.Tr key={idOf(row)}>
                {seen.map(({ name, label, value, cell, isNumber, isLong, isMinor }, index) => (
                  <Table.Td
                    key={name}
                    data-label={label}
                    data-number={isNumber || undefined}
                    data-long={isLong || undefined}
                    data-minor={isMinor || undefined}
                  >
                    {index === 0 && onOpen ? (
                      <button type="button" className={classes.open} onClick={() => onOpen(row)}>
                        {cell ? cell(row) : value(row)}
                      </button>
                    ) : cell ? (
                      cell(row)
                    ) : (
                      value(row)
                    )}
                  </Table.Td>
                ))}
                {actions && <Table.Td data-actions>{actions(row)}</Table.Td>}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {shown.length === 0 && (
        <Text size="sm" c="dimmed" mt="xs">
          {words ? `Nothing matches “${words}”.` : "There is nothing yet."}
        </Text>
      )}
    </div>
  );
}

function Head<T>({
  column: { name, label, isNumber },
  order,
  onOrder,
}: {
  readonly column: Column<T>;
  readonly order: Order;
  readonly onOrder: (order: Order) => void;
}) {
  const isBy = order.by === name;
  const arrow = isBy ? (order.descending ? " ↓" : " ↑") : "";
  return (
    <Table.Th
      data-number={isNumber || undefined}
      aria-sort={isBy ? (order.descending ? "descending" : "ascending") : "none"}
    >
      <button
        type="button"
        className={classes.head}
        onClick={() => onOrder({ by: name, descending: isBy ? !order.descending : isNumber === true })}
      >
        {label}
        <span aria-hidden="true">{arrow}</span>
      </button>
    </Table.Th>
  );
}

const matches = <T,>(columns: readonly Column<T>[], row: T, words: string): boolean =>
  words === "" ||
  columns.some((column) =>
    String(column.value(row) ?? "")
      .toLowerCase()
      .includes(words.toLowerCase()),
  );

function sorted<T>(rows: readonly T[], column: Column<T> | undefined, descending: boolean): readonly T[] {
  if (!column) return rows;
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => sign * compared(column.value(a), column.value(b)));
}

function compared(a: string | number | null, b: string | number | null): number {
  if (a === null || b === null) return Number(b === null) - Number(a === null);
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
}
