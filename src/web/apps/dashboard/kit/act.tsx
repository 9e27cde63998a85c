import { Button, type ButtonProps } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Confirm } from "../../shared/Confirm.tsx";
import { useTell } from "../../shared/notice.tsx";

/** After anything was done, everything that is shown is asked for anew. */
export function useRefresh(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "me" });
}

/** What is done to what: `Revoke production`. Begins with what is to be read on the button. */
const nameOf = (label: string, title: string): string =>
  title.startsWith(`${label} `) ? title.replace(/\?$/, "") : `${label}: ${title}`;

/** A button that asks before it does what costs money or cannot be taken back, and says that it was done. */
export function Act({
  label,
  title,
  children,
  danger = false,
  done,
  act,
  ...button
}: Omit<ButtonProps, "children"> & {
  /** The verb on both buttons. */
  readonly label: string;
  readonly title: string;
  readonly children: ReactNode;
  readonly danger?: boolean;
  readonly done: string;
  readonly act: () => Promise<unknown>;
}) {
  const [opened, { open, close }] = useDisclosure(false);
  const tell = useTell();
  const refresh = useRefresh();
  const doing = useMutation({
    mutationFn: act,
    onSuccess: async () => {
      close();
      tell({ tone: "good", title: done });
      await refresh();
    },
  });
  const ask = () => {
    doing.reset();
    open();
  };
  return (
    <>
      <Button variant="default" size="xs" {...button} onClick={ask} aria-label={nameOf(label, title)}>
        {label}
      </Button>
      <Confirm
        {...{ opened, title, danger, act: label }}
        busy={doing.isPending}
        error={doing.error}
        onConfirm={() => doing.mutate()}
        onClose={close}
      >
        {children}
      </Confirm>
    </>
  );
}
