import { Group, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";
import classes from "../dashboard.module.css";

/** A part of a page with a name. */
export function Card({
  title,
  side,
  children,
}: {
  readonly title: string;
  readonly side?: ReactNode;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={classes.card} aria-labelledby={id}>
      <Group justify="space-between" mb="sm" gap="sm">
        <Title order={2} size="h4" id={id}>
          {title}
        </Title>
        {side}
      </Group>
      {children}
    </section>
  );
}
