import { Group, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";
import { Link } from "wouter";
import classes from "../dashboard.module.css";

/** The top of every page: where one is, what it shows, and what can be done with all of it. */
export function PageHead({
  title,
  about,
  from,
  badge,
  children,
}: {
  readonly title: string;
  readonly about?: ReactNode;
  /** The page that this one is part of. */
  readonly from?: { readonly href: string; readonly label: string };
  readonly badge?: ReactNode;
  readonly children?: ReactNode;
}) {
  useDocumentTitle(`${title} · Tollgate`);
  return (
    <div className={classes.head}>
      <div className={classes.headWords}>
        {from && (
          <Link href={from.href} className={classes.crumb}>
            ← {from.label}
          </Link>
        )}
        <Group gap="sm">
          <Title order={1} size="h2">
            {title}
          </Title>
          {badge}
        </Group>
        {about && (
          <Text c="dimmed" size="sm" mt={2} component="div">
            {about}
          </Text>
        )}
      </div>
      {children && <Group gap="xs">{children}</Group>}
    </div>
  );
}
