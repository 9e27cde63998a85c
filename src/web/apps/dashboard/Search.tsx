import { ActionIcon, Group, Loader, Modal, Text, TextInput } from "@mantine/core";
import { useDebouncedValue, useDisclosure, useHotkeys } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { Trouble } from "../shared/Trouble.tsx";
import classes from "./dashboard.module.css";
import { hitHref, hitLabel } from "./hits.ts";
import { Icon } from "./icons.tsx";
import { adminApi } from "./session.tsx";

const LETTERS_MIN = 3;
const PAUSE_MS = 200;

/** Anything by its id, its name or the beginning of it: tenants, users, keys, requests, invoices, payments. */
export function Search() {
  const [opened, { open, close }] = useDisclosure(false);
  useHotkeys([
    ["mod+K", open],
    ["/", open],
  ]);
  return (
    <>
      <button type="button" className={classes.search} onClick={open} aria-label="Search everything">
        <Icon name="search" size={16} />
        <span className={classes.searchWords}>Search everything</span>
        <kbd className={classes.searchWords}>/</kbd>
      </button>
      <ActionIcon variant="default" size="lg" aria-label="Search" onClick={open} className={classes.searchNarrow}>
        <Icon name="search" />
      </ActionIcon>
      <Modal
        opened={opened}
        onClose={close}
        title="Search"
        closeButtonProps={{ "aria-label": "Close" }}
        classNames={{ title: "dialog-title" }}
        yOffset="10vh"
        size="lg"
      >
        <Found onGone={close} />
      </Modal>
    </>
  );
}

function Found({ onGone }: { readonly onGone: () => void }) {
  const [text, setText] = useState("");
  const [q] = useDebouncedValue(text.trim(), PAUSE_MS);
  const found = useQuery({
    queryKey: ["search", q],
    queryFn: () => adminApi.get(`search?q=${encodeURIComponent(q)}`),
    enabled: q.length >= LETTERS_MIN,
  });
  const hits = q.length >= LETTERS_MIN ? found.data?.data : undefined;
  return (
    <>
      <TextInput
        aria-label="What you look for"
        placeholder="An id, a name, an e-mail address, an invoice's number …"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        rightSection={found.isFetching ? <Loader size="xs" /> : null}
        spellCheck={false}
        data-autofocus
        mb="sm"
      />
      <div aria-live="polite">
        {found.error && <Trouble error={found.error} onRetry={() => void found.refetch()} />}
        {!hits && !found.error && (
          <Text size="sm" c="dimmed">
            Type at least three letters, from the beginning of what you look for.
          </Text>
        )}
        {hits?.length === 0 && (
          <Text size="sm" c="dimmed">
            Nothing begins with “{q}”.
          </Text>
        )}
        {hits && hits.length > 0 && (
          <ul className={classes.hits}>
            {hits.map((hit) => (
              <li key={`${hit.type} ${hit.id}`}>
                <Link href={hitHref(hit)} onClick={onGone} className={classes.hit}>
                  <Group justify="space-between" wrap="nowrap" gap="sm">
                    <Text size="sm" truncate fw={550}>
                      {hit.match.value}
                    </Text>
                    <Text size="xs" c="dimmed" className={classes.number}>
                      {hitLabel(hit)}
                    </Text>
                  </Group>
                </Link>
              </li>
            ))}
          </ul>
        )}
        {found.data?.complete === false && (
          <Text size="xs" c="dimmed" mt="xs">
            There are more: type more of it.
          </Text>
        )}
      </div>
    </>
  );
}
