import { ActionIcon, Button, Menu, Text, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { sentence } from "../shared/format.ts";
import { Moon, Sun } from "../shared/icons.tsx";
import { useTell } from "../shared/notice.tsx";
import { adminApi, useSession } from "./session.tsx";

/** Who is signed in, the colours, and the way out. */
export function Account() {
  const { me } = useSession();
  const client = useQueryClient();
  const tell = useTell();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  const other = scheme === "dark" ? "light" : "dark";
  const leaving = useMutation({
    mutationFn: () => adminApi.remove("sessions/current"),
    // Everything that was seen goes with whoever saw it.
    onSuccess: () => {
      client.clear();
      location.reload();
    },
    onError: ({ message }) => tell({ tone: "bad", title: "You are still signed in", text: sentence(message) }),
  });
  return (
    <>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={`Switch to ${other} colours`}
        onClick={() => setColorScheme(other)}
      >
        {scheme === "dark" ? <Sun /> : <Moon />}
      </ActionIcon>
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <Button variant="default" size="sm" px="sm">
            {me.name}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            <Text size="xs" span>
              Role: {me.role}
            </Text>
          </Menu.Label>
          <Menu.Item onClick={() => leaving.mutate()}>Sign out</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
