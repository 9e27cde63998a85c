import { ActionIcon, Badge, Button, Group, Text, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { Moon, Sun } from "../shared/icons.tsx";
import mark from "../shared/mark.svg";
import { sandboxKey } from "../shared/meta.ts";
import classes from "./portal.module.css";
import type { Me } from "./session.tsx";

/** Whose page it is, and the way out. */
export function Header({ me, onSignOut }: { readonly me: Me | undefined; readonly onSignOut?: () => void }) {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  const other = scheme === "dark" ? "light" : "dark";
  return (
    <header className={classes.header}>
      <Group className={classes.headerInside} gap="sm" wrap="nowrap">
        <img src={mark} alt="" width={30} height={30} />
        <div className={classes.who}>
          <Text component="h1" fw={650} size="md" truncate>
            {me ? me.tenant.name : "Your account"}
          </Text>
          {me?.user && (
            <Text size="xs" c="dimmed" truncate>
              {me.user.external_id}
            </Text>
          )}
        </div>
        {sandboxKey && (
          <Badge color="orange" variant="light" title="Payments are simulated: no money moves." visibleFrom="xs">
            Sandbox
          </Badge>
        )}
        <ActionIcon
          variant="default"
          size="lg"
          aria-label={`Switch to ${other} colours`}
          onClick={() => setColorScheme(other)}
        >
          {scheme === "dark" ? <Sun /> : <Moon />}
        </ActionIcon>
        {onSignOut && (
          <Button variant="default" size="sm" onClick={onSignOut}>
            Sign out
          </Button>
        )}
      </Group>
    </header>
  );
}
