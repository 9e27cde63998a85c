import { Button, type ButtonProps, Group, Modal, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { ApiError } from "../../shared/api.ts";
import { sentence } from "../../shared/format.ts";
import { useTell } from "../../shared/notice.tsx";
import { Trouble } from "../../shared/Trouble.tsx";
import { useRefresh } from "./act.tsx";

/** What the fields of a form are made with: their values, how to set one, and what the API objects to in it. */
export interface Fields<F> {
  readonly values: F;
  set<K extends keyof F>(name: K, value: F[K]): void;
  errorOf(path: string): string | undefined;
  /** For an input of text. */
  text(name: keyof F & string): {
    readonly value: string;
    readonly error: string | undefined;
    onChange(event: { currentTarget: { value: string } }): void;
  };
  /** For a choice among texts: the field's type says which they are. */
  choice(
    name: keyof F & string,
    path?: string,
  ): {
    readonly allowDeselect: false;
    readonly value: string;
    readonly error: string | undefined;
    onChange(value: string | null): void;
  };
}

/** A button that opens a form. The API checks what was entered; what it objects to stands beside its field, the rest at the end. */
export function FormDialog<F extends object, R>({
  label,
  title,
  act,
  initial,
  fields,
  send,
  done,
  onDone,
  size,
  ...button
}: Omit<ButtonProps, "children" | "size"> & {
  readonly label: string;
  readonly title: string;
  /** The verb on the button that sends. */
  readonly act: string;
  readonly initial: () => F;
  readonly fields: (form: Fields<F>) => ReactNode;
  readonly send: (values: F) => Promise<R>;
  readonly done: string;
  readonly onDone?: (answer: R) => void;
  readonly size?: "md" | "lg" | "xl";
}) {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button size="xs" {...button} onClick={open}>
        {label}
      </Button>
      <Modal
        {...{ opened, title, size: size ?? "md" }}
        onClose={close}
        closeButtonProps={{ "aria-label": "Close" }}
        classNames={{ title: "dialog-title" }}
      >
        {opened && <Form {...{ act, initial, fields, send, done, onDone }} onClose={close} />}
      </Modal>
    </>
  );
}

function Form<F extends object, R>({
  act,
  initial,
  fields,
  send,
  done,
  onDone,
  onClose,
}: {
  readonly act: string;
  readonly initial: () => F;
  readonly fields: (form: Fields<F>) => ReactNode;
  readonly send: (values: F) => Promise<R>;
  readonly done: string;
  readonly onDone?: (answer: R) => void;
  readonly onClose: () => void;
}) {
  const [values, setValues] = useState(initial);
  const [mended, setMended] = useState<ReadonlySet<string>>(new Set());
  const tell = useTell();
  const refresh = useRefresh();
  const sending = useMutation({
    mutationFn: () => send(values),
    onSuccess: async (answer) => {
      onClose();
      tell({ tone: "good", title: done });
      onDone?.(answer);
      await refresh();
    },
  });
  const issues = sending.error instanceof ApiError ? sending.error.issues : {};
  const shown = new Set<string>();
  const errorOf = (path: string) => {
    shown.add(path);
    const issue = issues[path];
    return issue === undefined || mended.has(path) ? undefined : sentence(issue);
  };
  const set: Fields<F>["set"] = (name, value) => {
    setValues((before) => ({ ...before, [name]: value }));
    setMended((before) => new Set(before).add(name as string));
  };
  const form: Fields<F> = {
    ...{ values, set, errorOf },
    text: (name) => ({
      value: String(values[name] ?? ""),
      error: errorOf(name),
      onChange: ({ currentTarget }) => set(name, currentTarget.value as F[typeof name]),
    }),
    choice: (name, path = name) => ({
      allowDeselect: false,
      value: String(values[name] ?? ""),
      error: errorOf(path),
      onChange: (value) => value !== null && set(name, value as F[typeof name]),
    }),
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMended(new Set());
    sending.mutate();
  };
  const body = fields(form);
  const isBeside = Object.keys(issues).length > 0 && Object.keys(issues).every((path) => shown.has(path));
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {body}
        {sending.error && !isBeside && <Trouble error={sending.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} disabled={sending.isPending}>
            Not now
          </Button>
          <Button type="submit" loading={sending.isPending}>
            {act}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
