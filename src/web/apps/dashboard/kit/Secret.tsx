import { Button, CopyButton, Group, Modal, Stack, Text, TextInput } from "@mantine/core";

/** A secret that is shown this once: it is kept as a hash, so nobody can show it again. */
export function Secret({
  title,
  secret,
  onClose,
}: {
  readonly title: string;
  readonly secret: string | null;
  readonly onClose: () => void;
}) {
  return (
    <Modal
      opened={secret !== null}
      onClose={onClose}
      title={title}
      closeOnClickOutside={false}
      closeButtonProps={{ "aria-label": "Close" }}
      classNames={{ title: "dialog-title" }}
    >
      <Stack>
        <Text size="sm">Copy it now: it is stored as a hash and cannot be shown again.</Text>
        <TextInput
          label="Secret"
          value={secret ?? ""}
          readOnly
          onFocus={(event) => event.currentTarget.select()}
          data-autofocus
        />
        <Group justify="flex-end">
          <CopyButton value={secret ?? ""}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                {copied ? "Copied" : "Copy"}
              </Button>
            )}
          </CopyButton>
          <Button onClick={onClose}>I have kept it</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
