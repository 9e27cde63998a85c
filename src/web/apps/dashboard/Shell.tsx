import { Alert, AppShell, Badge, Burger, Container, NavLink, ScrollArea, Skeleton, Text } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import { onlineManager } from "@tanstack/react-query";
import { Suspense, useEffect, useSyncExternalStore } from "react";
import { Link, Route, Switch, useLocation } from "wouter";
import mark from "../shared/mark.svg";
import { Account } from "./Account.tsx";
import classes from "./dashboard.module.css";
import { Icon } from "./icons.tsx";
import { Boundary } from "./kit/Boundary.tsx";
import { Missing } from "./kit/Missing.tsx";
import { PLACES, type Place, placeOf } from "./places.ts";
import { Search } from "./Search.tsx";
import { useSession } from "./session.tsx";

/** What stands around every page: the menu, the search, who is signed in, and whether anything here is real. */
export function Shell() {
  const { me } = useSession();
  const [opened, { toggle, close }] = useDisclosure(false);
  useHotkeys([["Escape", close]], []);
  const [path] = useLocation();
  const places = PLACES.filter(({ sandboxOnly }) => me.sandbox || !sandboxOnly);
  const isOnline = useSyncExternalStore(
    (listener) => onlineManager.subscribe(listener),
    () => onlineManager.isOnline(),
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page begins at its top, with the menu closed
  useEffect(() => {
    close();
    scrollTo(0, 0);
  }, [path]);

  return (
    <AppShell
      header={{ height: 58 }}
      navbar={{ width: 224, breakpoint: "md", collapsed: { mobile: !opened } }}
      classNames={{ header: classes.header, navbar: classes.navbar }}
    >
      <a href="#main" className={classes.skip}>
        Skip to the page
      </a>
      <AppShell.Header>
        <div className={classes.headerInside}>
          <Burger
            opened={opened}
            onClick={toggle}
            hiddenFrom="md"
            size="sm"
            aria-label={opened ? "Close the menu" : "Open the menu"}
          />
          <Link href="/" className={classes.brand} aria-label="Tollgate">
            <img src={mark} alt="" width={28} height={28} />
            <Text fw={700} visibleFrom="xs" component="span">
              Tollgate
            </Text>
          </Link>
          {me.sandbox && (
            <Badge
              color="orange"
              variant="light"
              tt="none"
              title="The provider and the payments are simulated: no money moves."
            >
              Sandbox
            </Badge>
          )}
          <div className={classes.grow} />
          <Search />
          <Account />
        </div>
      </AppShell.Header>
      <AppShell.Navbar aria-label="Pages" data-opened={opened || undefined}>
        <ScrollArea type="auto" offsetScrollbars="y">
          <Menu places={places} current={placeOf(path)} />
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="main">
        <Container size={1280} py="lg" px={{ base: "sm", sm: "lg" }}>
          {!isOnline && (
            <Alert color="yellow" mb="md" title="You are offline" role="status">
              What is shown may be out of date. It is brought up to date as soon as you are back.
            </Alert>
          )}
          <Boundary at={path}>
            <Suspense fallback={<Skeleton height={280} role="status" aria-label="Loading the page" />}>
              <Switch>
                {places.map(({ path: at, screen: Screen }) => (
                  <Route key={at} path={at}>
                    <Screen />
                  </Route>
                ))}
                <Route>
                  <Missing />
                </Route>
              </Switch>
            </Suspense>
          </Boundary>
        </Container>
      </AppShell.Main>
    </AppShell>
  );
}

function Menu({ places, current }: { readonly places: readonly Place[]; readonly current: Place | undefined }) {
  const listed = places.flatMap(({ path, menu }) => (menu ? [{ path, ...menu }] : []));
  const groups = [...new Set(listed.map(({ group }) => group))];
  return groups.map((group) => (
    <div key={group} className={classes.menuGroup}>
      <Text size="xs" c="dimmed" fw={600} px="sm" mb={2}>
        {group}
      </Text>
      {listed
        .filter((place) => place.group === group)
        .map(({ path, label, icon }) => (
          <NavLink
            key={path}
            component={Link}
            href={path}
            active={current?.path === path}
            aria-current={current?.path === path ? "page" : undefined}
            label={label}
            leftSection={<Icon name={icon} />}
            className={classes.menuLink}
          />
        ))}
    </div>
  ));
}
