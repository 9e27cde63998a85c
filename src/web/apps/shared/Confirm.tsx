import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Trouble } from "./Trouble.tsx";

/** Asks before something that costs money, or cannot be taken back. It stays open while it is done, and says when it fails. */
export function Confirm({
  opened,
  title,
  children,
  act,
  danger = false,
  busy,
  blocked = false,
  error,
  onConfirm,
  onClose,
}: {
  readonly opened: boolean;
  readonly title: string;
  readonly children: ReactNode;
  /** The verb on the button. */
  readonly act: string;
  readonly danger?: boolean;
  readonly busy: boolean;
  /** What it would do is not known yet. */
  readonly blocked?: boolean;
  readonly error: Error | null;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      centered
      closeButtonProps={{ "aria-label": "Close" }}
      classNames={{ title: "dialog-title" }}
    >
      <Stack>
        <Text size="sm" component="div">
          {children}
        </Text>
        {error && <Trouble error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} disabled={busy}>
            Not now
          </Button>
          <Button
            color={danger ? "red" : undefined}
            onClick={onConfirm}
            loading={busy}
            disabled={blocked}
            data-autofocus
          >
            {act}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
